package htmltext_test

import (
	"testing"

	"github.com/zharvest/zharvest/internal/htmltext"
)

// What a tag is follows HTML, but for what begins like one and does not end,
// which is text.
func TestText(t *testing.T) {
	for markup, want := range map[string]string{
		`one <a title="a > b">two</a>`:           "one two",
		"p <0.05 & q<r":                          "p <0.05 & q<r",
		"a <b and no end &amp; more":             "a <b and no end & more",
		"a<?php 1 ?>b<!doctype html>c</ >d":      "abcd",
		"<title>T</title><noscript>N</noscript>": "TN",
		"<!-- never ends <p>":                    "<!-- never ends <p>",
		"<STYLE>p{}</STYLE >a<script/>hidden":    "a",
	} {
		if got := htmltext.Text(markup); got != want {
			t.Errorf("the text of %q is %q, want %q", markup, got, want)
		}
	}
}

func TestIsBlank(t *testing.T) {
	for markup, want := range map[string]bool{
		"": true, "<p>\u00a0&#160;<br></p>\n<script>x</script>": true, "<!-- x -->": true,
		"<p> <b>x": false, "x": false, "&lt;": false, "<": false,
	} {
		if got := htmltext.IsBlank(markup); got != want {
			t.Errorf("IsBlank(%q) = %t", markup, got)
		}
	}
}

func TestTitle(t *testing.T) {
	for page, want := range map[string]string{
		"<head><TITLE lang=en> 403\n &amp; <b> </TITLE></head>": "403 & <b>",
		"<title></title><p>x": "", "<p>x</p>": "", "<title>cut": "cut",
	} {
		if got := htmltext.Title(page); got != want {
			t.Errorf("the title of %q is %q, want %q", page, got, want)
		}
	}
}
