package synth

// title writes seven to sixteen words; one in five has a subtitle.
func (w *writer) title() {
	v := w.c.words
	w.str(v.titled[60+w.work.below(2000)])
	n := 6 + w.work.below(9)
	colon := 0
	if w.work.chance(20) {
		colon = 3 + w.work.below(3)
	}
	for k := range n {
		if k == colon && k > 0 {
			w.str(": ")
			w.str(v.titled[v.rank(&w.work)])
			continue
		}
		w.str(" ")
		w.str(v.words[v.rank(&w.work)])
	}
	w.str(" ")
	w.rare(&w.work)
}

// rare writes a word that hardly another record has: a number of a specimen,
// a sample, a grant.
func (w *writer) rare(r *random) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	for range 3 {
		w.b = append(w.b, letters[r.below(26)]-'a'+'A')
	}
	w.digits(r.below(1_000_000))
}

// description writes sentences, in HTML for two records in five.
func (w *writer) description() {
	html := w.work.chance(40)
	if html {
		w.str("<p>")
	}
	sentences := 2 + w.work.below(12)
	if w.work.chance(4) {
		sentences *= 5
	}
	for k := range sentences {
		switch {
		case k == 0:
		case html && w.work.chance(15):
			w.str(`</p>\n\n<p>`)
		case html && w.work.chance(10):
			w.str(`&nbsp;`)
		default:
			w.str(" ")
		}
		w.sentence()
	}
	if html {
		w.str("</p>")
	}
}

func (w *writer) sentence() {
	v, r := w.c.words, &w.work
	w.str(v.titled[v.rank(r)])
	n := 8 + r.below(26)
	for range n {
		if r.below(14) == 0 {
			w.str(",")
		}
		w.str(" ")
		if r.below(160) == 0 {
			w.rare(r)
			continue
		}
		w.str(v.words[v.rank(r)])
	}
	w.str(".")
}
