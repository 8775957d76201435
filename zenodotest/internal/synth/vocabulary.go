package synth

import (
	"math"
	"strings"
	"sync"
)

const (
	vocabularySize = 50_000
	zipfTableSize  = 1 << 20
)

// vocabulary is a made-up language whose words are as frequent as those of a
// real one: the r-th word about 1/r of the first. Words are stored as they
// stand in JSON.
type vocabulary struct {
	words  []string
	titled []string // the same words with a capital
	zipf   []uint16 // a place of chance in it gives a word
}

// newVocabulary is shared by all corpora: it depends on nothing.
var newVocabulary = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{words: make([]string, 0, vocabularySize), zipf: make([]uint16, 0, zipfTableSize)}
	seen := map[string]bool{}
	add := func(word string) {
		if !seen[word] && len(v.words) < vocabularySize {
			seen[word] = true
			v.words = append(v.words, word)
		}
	}
	for word := range strings.FieldsSeq(commonWords) {
		add(word)
	}
	r := random(1)
	for len(v.words) < vocabularySize {
		add(coin(&r))
	}
	for _, word := range v.words {
		v.titled = append(v.titled, strings.ToUpper(word[:1])+word[1:])
	}
	v.fillZipf()
	return v
})

// fillZipf gives each word a share of the table by its rank.
func (v *vocabulary) fillZipf() {
	weight := func(rank int) float64 { return 1 / math.Pow(float64(rank)+2.7, 1.07) }
	total := 0.0
	for rank := range v.words {
		total += weight(rank)
	}
	sum := 0.0
	for rank := range v.words {
		sum += weight(rank)
		for len(v.zipf) < int(sum/total*zipfTableSize+0.5) {
			v.zipf = append(v.zipf, uint16(rank))
		}
	}
	for len(v.zipf) < zipfTableSize {
		v.zipf = append(v.zipf, vocabularySize-1)
	}
}

// rank picks a word as a text would.
func (v *vocabulary) rank(r *random) int { return int(v.zipf[r.next()>>44]) }

// coin makes a word of two to four syllables; one in sixty has an accent.
func coin(r *random) string {
	var b strings.Builder
	for range 2 + r.below(3) {
		b.WriteString(pick(r, onsets))
		b.WriteString(pick(r, nuclei))
	}
	b.WriteString(pick(r, codas))
	if r.below(60) == 0 {
		b.WriteString(pick(r, accents))
	}
	return b.String()
}

var (
	onsets  = []string{"b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pl", "gr", "ph", "ch", "sp", "cr", "br", "th"}
	nuclei  = []string{"a", "e", "i", "o", "u", "a", "e", "i", "o", "ia", "ea", "io", "ou", "y"}
	codas   = []string{"", "n", "s", "r", "l", "m", "tion", "ing", "al", "ic", "ed", "ity", "us", "is", "um", "ous", "ate", "ology", "metric"}
	accents = []string{`\u00e9`, `\u00fc`, `\u00f1`, `\u00f8`, `\u0159`, `\u00e7`, `\u03b1`, `\u00df`}
)

// commonWords are the first words of the language, the most frequent first.
const commonWords = `
the of and in to a for data is with are research on that this from by as were was an be which at
analysis results study we species have using between these or model used has based different also
can it not their new than more two project field number time other its during both all open been
high system after use methods first into one may each our results method samples most large three
human science water energy climate access work available temperature surface low while such however
found file files information version dataset software code value values process general figure table
effects level development paper quality report group cell cells population experimental measurements
soil carbon genus protein gene sequence distribution conditions growth structure network learning
training image images survey health community university european international national
infrastructure service services management policy digital knowledge digitised metadata repository
publication dissemination workshop deliverable annotation archive catalogue collection corpus
marine ocean forest river lake island coastal mountain valley desert urban rural region northern
southern eastern western central america europe africa asia brazil india china france germany spain
spatial temporal statistical numerical theoretical computational molecular genetic cellular clinical
chemical physical biological ecological environmental social economic historical cultural political
female male adult juvenile holotype paratype specimen specimens diagnosis description etymology
material type locality habitat length width anterior posterior dorsal ventral colour brown black
white yellow small medium long short narrow wide broad smooth rough dense sparse common rare absent
present known unknown previous recent future early late similar distinct related associated observed
measured estimated calculated simulated predicted compared described reported presented proposed
developed implemented tested validated evaluated published reviewed supported funded performed
conducted collected recorded sampled detected identified classified extracted processed generated
vascular plants animals insects beetles spiders mammals birds fishes fungi bacteria virus pandemic
patients treatment disease cancer infection vaccine therapy symptoms risk mortality exposure outcome
quantum particle detector neutrino galaxy stellar telescope spectrum radiation magnetic electron
photon laser plasma crystal polymer graphene alloy steel concrete battery solar wind hydrogen nuclear
algorithm neural deep language text speech semantic ontology graph query index cloud grid workflow
pipeline container simulation benchmark library framework interface protocol standard format python
julia fortran archaeology pottery medieval manuscript inscription museum heritage linguistics grammar
education students teachers school gender migration labour market trade finance innovation industry
agriculture crop wheat maize rice livestock dairy food nutrition irrigation drought flood rainfall`
