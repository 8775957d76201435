// Package spelling finds the known word that a mistyped one was meant to be.
package spelling

import (
	"slices"
	"strings"
)

// Nearest returns the known word that is the fewest edits away from word, and
// false where none is near, or several are equally so. An edit is a letter
// more, less or changed, or two neighbours that changed places. Upper and lower
// case are the same. A word that is known itself has no nearest one.
func Nearest(word string, known []string) (string, bool) {
	if slices.Contains(known, word) {
		return "", false
	}
	typed := []rune(strings.ToLower(word))
	best, fewest, ties := "", tolerated(len(typed))+1, 0
	for _, candidate := range known {
		letters := []rune(strings.ToLower(candidate))
		if abs(len(letters)-len(typed)) > fewest {
			continue
		}
		switch n := edits(typed, letters); {
		case n < fewest:
			best, fewest, ties = candidate, n, 0
		case n == fewest && candidate != best:
			ties++
		}
	}
	return best, best != "" && ties == 0
}

// tolerated is how many edits a word of so many letters may be away: more of
// them would make anything out of a short word.
func tolerated(length int) int { return min(3, 1+length/6) }

// edits is the number of edits between two words, by the rows of a table of
// their beginnings.
func edits(a, b []rune) int {
	var before []int
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			changed := 1
			if a[i] == b[j] {
				changed = 0
			}
			row[j+1] = min(above[j]+changed, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}

func abs(n int) int { return max(n, -n) }
