package deposit

import (
	"slices"

	"golang.org/x/net/html"

	"github.com/zharvest/zharvest/internal/htmltext"
)

// Tags that stand for something even where the text remains the same, and tags
// that divide words. Servers keep both.
var (
	meaningTags = []string{"a", "b", "code", "em", "i", "li", "ol", "pre", "strong", "sub", "sup", "u", "ul"}
	blockTags   = []string{"blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "table", "tbody", "td", "th", "thead", "tr"}
)

// normalHTML is the text of HTML, with where links lead and what is emphasised.
// Tags that are not closed, or not allowed, are fixed by the server, which makes
// no difference.
func normalHTML(s string) string { return words(htmltext.Replace(s, normalTag)) }

// normalTag is what a tag means, or nothing.
func normalTag(tag html.Token) string {
	space := ""
	if slices.Contains(blockTags, tag.Data) || tag.Data == "li" {
		space = " "
	}
	if tag.Type == html.EndTagToken || !slices.Contains(meaningTags, tag.Data) {
		return space
	}
	link := ""
	for _, a := range tag.Attr {
		if a.Key == "href" && tag.Data == "a" {
			link = " " + a.Val
		}
	}
	return space + "<" + tag.Data + link + ">"
}
