package synth

// The streams keep the random numbers for different questions about one
// record apart.
const (
	streamTime = iota + 1
	streamUpdated
	streamID
	streamVersion
	streamKind
	streamOwner
	streamCommunity
	streamViews
	streamRecord
	streamWork
	streamKeyword
)

const golden = 0x9e3779b97f4a7c15

// Mix makes a number whose bits each depend on all of another: the finaliser
// of splitmix64.
func Mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (c *Corpus) hash(stream uint64, i int) uint64 {
	return Mix(Mix(c.seed+stream*golden) + uint64(i)*golden)
}

// unit maps a random number to [0, 1).
func unit(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// random is a splitmix64 generator: a record needs hundreds of numbers, and
// this costs about a nanosecond each.
type random uint64

func (r *random) next() uint64 {
	*r += golden
	return Mix(uint64(*r))
}

// below returns a number in [0, n).
func (r *random) below(n int) int { return int(r.next() >> 33 * uint64(n) >> 31) }

// chance is true once in a hundred for each percent.
func (r *random) chance(percent int) bool { return r.below(100) < percent }

func (r *random) unit() float64 { return unit(r.next()) }

func pick[T any](r *random, of []T) T { return of[r.below(len(of))] }
