package report_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/report"
)

// printed is the text of a page on paper.
func printed(t *testing.T, page string) string {
	t.Helper()
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext on this machine: nothing was printed")
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	browse(t, page, "--no-pdf-header-footer", "--print-to-pdf="+file)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("chromium does not print on this machine: %v", err)
	}
	text, err := exec.CommandContext(t.Context(), reader, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// On paper is also what is closed on the screen, since nobody can open it
// there: by the page's script, and by its style where scripts do not run.
func TestPrintsWhatIsClosed(t *testing.T) {
	page := write(t, build(t, options(), difficult()...), report.HTML)
	if !strings.Contains(page, "<details>") {
		t.Fatal("nothing is closed on this page")
	}
	silent := regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAllString(page, "")
	for name, page := range map[string]string{"with the script": page, "without": silent} {
		t.Run(name, func(t *testing.T) {
			text := printed(t, page)
			for _, want := range []string{
				"Records taken in by the repository, by month", "Views and downloads in sum, as harvests saw them", "No licence: ",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("not on paper: %s", want)
				}
			}
			if n := strings.Count(text, "Records by month of publication and type"); n < 2 {
				t.Errorf("the numbers by month are not on paper")
			}
		})
	}
}

// After printing, the page is as it was.
func TestClosesAfterPrinting(t *testing.T) {
	page := write(t, build(t, options(), difficult()...), report.HTML)
	closed := strings.Count(page, "<details") - strings.Count(page, "<details open")
	count := `document.querySelectorAll("details:not([open])").length`
	probe := `<script>{ const seen = []; for (const name of ["beforeprint", "beforeprint", "afterprint"]) { dispatchEvent(new Event(name)); seen.push(` +
		count + `) } document.title = "closed " + seen }</script></body>`
	dom := dump(t, strings.Replace(withoutPolicy(page), "</body>", probe, 1))
	want := "<title>closed 0,0," + strconv.Itoa(closed) + "</title>"
	if got := regexp.MustCompile(`<title>.*?</title>`).FindString(dom); got != want || closed == 0 {
		t.Errorf("got %s, want %s", got, want)
	}
}
