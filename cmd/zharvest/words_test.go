package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// command is the beginning of one in an example: at the beginning of a line, in
// parentheses, or after a word such as "Example:" or "&&".
var command = regexp.MustCompile(`(?m)(?:^|[(:&;|] ?|^\$ |\bthen )\s*zharvest\b`)

// commandsIn are the arguments of zharvest in a text of commands.
func commandsIn(text string) (commands [][]string) {
	for _, at := range command.FindAllStringIndex(text, -1) {
		commands = append(commands, words(text[at[1]:]))
	}
	return commands
}

// words are those of a command as a shell divides it, up to its end.
func words(text string) (words []string) {
	var word strings.Builder
	begun := false
	flush := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t':
			flush()
			continue
		case '\n', '|', '<', '>', '&', ';', ')':
			flush()
			return words
		case '#':
			if !begun {
				return words
			}
			word.WriteByte(c)
		case '\\':
			if i++; i < len(text) && text[i] != '\n' {
				word.WriteByte(text[i])
			} else {
				continue
			}
		case '\'', '"':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				end = len(text) - i - 1
			}
			word.WriteString(text[i+1 : i+1+end])
			i += end + 1
		default:
			word.WriteByte(c)
		}
		begun = true
	}
	flush()
	return words
}

func TestCommandsIn(t *testing.T) {
	tests := []struct {
		text string
		want [][]string
	}{
		{"zharvest search 'a b' \"c\" --sort=views # all", [][]string{{"search", "a b", "c", "--sort=views"}}},
		{"zharvest export \\\n  -o a.csv | jq .\nzharvest status", [][]string{{"export", "-o", "a.csv"}, {"status"}}},
		{"Example: zharvest update", [][]string{{"update"}}},
		{"source <(zharvest completion bash)", [][]string{{"completion", "bash"}}},
		{"zharvest a && zharvest --db b c", [][]string{{"a"}, {"--db", "b", "c"}}},
		{"ls zharvest-demo", nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, commandsIn(tt.text)); diff != "" {
			t.Errorf("%s: got (+), want (-):\n%s", tt.text, diff)
		}
	}
}
