"use strict";
(() => {
  const by = id => document.getElementById(id);
  const table = by("records"), body = table.tBodies[0], size = 100;
  const cell = (row, i) => row.tr.cells[i];
  const all = Array.from(body.rows, (tr, place) => ({tr, place}));
  let list = all, page = 0, sorted = null;

  // What a row is filtered by is read when it is first asked for.
  const textOf = row => row.text ??= cell(row, 0).textContent.toLowerCase();
  const typeOf = row => row.type ??= cell(row, 2).firstChild?.nodeValue?.toLowerCase() ?? "";
  const numberOf = (row, i) => {
    const td = cell(row, i), text = td.dataset.v ?? td.textContent.replaceAll(",", "");
    return text === "" ? -1 : Number(text);
  };

  const show = () => {
    const pages = Math.max(1, Math.ceil(list.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    body.replaceChildren(...list.slice(page * size, (page + 1) * size).map(row => row.tr));
    by("shown").textContent = list.length.toLocaleString("en") + (list.length === 1 ? " record" : " records") +
      (list.length === all.length ? "" : " of " + all.length.toLocaleString("en"));
    by("pages").hidden = pages === 1;
    by("page").textContent = `Page ${page + 1} of ${pages}`;
    by("previous").disabled = page === 0;
    by("next").disabled = page === pages - 1;
  };

  const compare = () => {
    const i = sorted.column, way = sorted.descending ? -1 : 1;
    if (sorted.number) {
      return (a, b) => way * (a.key - b.key) || a.place - b.place;
    }
    const letters = new Intl.Collator(undefined, {numeric: true, sensitivity: "base"});
    return (a, b) => way * letters.compare(a.key, b.key) || a.place - b.place;
  };

  const update = () => {
    const words = by("f-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const type = by("f-type").value.toLowerCase(), year = by("f-year").value, access = by("f-access").value.toLowerCase(), issue = by("f-issue").value;
    list = all.filter(row =>
      words.every(word => textOf(row).includes(word)) &&
      (!type || typeOf(row) === type) &&
      (!year || cell(row, 1).textContent.startsWith(year)) &&
      (!access || cell(row, 3).textContent.toLowerCase() === access) &&
      (!issue || (row.tr.dataset.i ?? "").split(" ").includes(issue)));
    if (sorted) {
      const i = sorted.column;
      for (const row of list) row.key = sorted.number ? numberOf(row, i) : cell(row, i).textContent;
      list.sort(compare());
    }
    page = 0;
    show();
  };

  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((th, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...th.childNodes);
    th.append(button);
    button.addEventListener("click", () => {
      const number = th.dataset.sort === "number";
      const again = sorted?.column === column;
      sorted = {column, number, descending: again ? !sorted.descending : number};
      headers.forEach(other => other.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", sorted.descending ? "descending" : "ascending");
      update();
    });
  });

  const form = by("filter");
  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  by("previous").addEventListener("click", () => { page--; show(); });
  by("next").addEventListener("click", () => { page++; show(); });
  for (const button of document.querySelectorAll(".show-issue")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      form.reset();
      by("f-issue").value = button.dataset.issue;
      setTimeout(() => { update(); by("list").focus(); by("list").scrollIntoView(); });
    });
  }

  // The links of the table of defects open what they lead to.
  const open = () => {
    const target = location.hash.startsWith("#issue-") && by(location.hash.slice(1));
    if (target) target.open = true;
  };
  addEventListener("hashchange", open);
  open();

  // On paper the list has no pages, and nothing is closed: nobody can open it
  // there. Afterwards all is as it was.
  let opened = [];
  addEventListener("beforeprint", () => {
    body.replaceChildren(...list.map(row => row.tr));
    opened = [...opened, ...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
    show();
  });
  show();
  table.parentElement.classList.add("paged");
})();
