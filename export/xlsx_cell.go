package export

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zharvest/zharvest/zenodo"
)

// maxCell is the longest text that a cell holds, in units of UTF-16.
const maxCell = 32_767

// appendCell appends the cell of a record in a column; nothing for no value.
func (s *sheet) appendCell(dst []byte, column int, r *zenodo.Record) []byte {
	f := &s.fields[column]
	switch {
	case f.kind == Number:
		if n, known := f.number(r); known {
			return s.appendNumber(dst, column, styleNone, func(dst []byte) []byte { return strconv.AppendInt(dst, n, 10) })
		}
		return dst
	case f.kind == List:
		s.value = f.AppendText(s.value[:0], r)
		return s.appendText(dst, column, textStyle(s.value), string(s.value))
	}
	text := f.text(r)
	if serial, style, ok := f.serial(text); ok {
		return s.appendNumber(dst, column, style, func(dst []byte) []byte { return strconv.AppendFloat(dst, serial, 'f', -1, 64) })
	}
	s.value = append(s.value[:0], text...)
	style := textStyle(s.value)
	if target := f.link(text); style == styleNone && target != "" && s.addLink(column, target) {
		style = styleLink
	}
	return s.appendText(dst, column, style, text)
}

// serial is the number that stands for a day, or for a time, in days since the
// end of 1899. Spreadsheets disagree about what was before March 1900, so that
// such days are texts.
func (f *Field) serial(text string) (n float64, style int, ok bool) {
	var at time.Time
	switch f.meaning() {
	case day:
		style = styleDay
		at, ok = wholeDay(text)
	case moment:
		style = styleMoment
		at, ok = zenodo.Timestamp(text).Time()
	}
	if !ok || at.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) {
		return 0, 0, false
	}
	const day = 24 * 60 * 60 * 1_000_000 // in microseconds
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	return float64(at.UnixMicro()-epoch.UnixMicro()) / day, style, true
}

func textStyle(text []byte) int {
	if isFormula(text) {
		return styleQuoted
	}
	return styleNone
}

func (s *sheet) openCell(dst []byte, column, style int) []byte {
	dst = append(append(dst, `<c r="`...), s.names[column]...)
	dst = strconv.AppendInt(dst, int64(s.rows), 10)
	if style == styleNone {
		return append(dst, '"')
	}
	dst = strconv.AppendInt(append(dst, `" s="`...), int64(style), 10)
	return append(dst, '"')
}

func (s *sheet) appendNumber(dst []byte, column, style int, number func([]byte) []byte) []byte {
	dst = append(s.openCell(dst, column, style), `><v>`...)
	return append(number(dst), `</v></c>`...)
}

func (s *sheet) appendText(dst []byte, column, style int, text string) []byte {
	if text == "" {
		return dst
	}
	dst = append(s.openCell(dst, column, style), ` t="inlineStr"><is><t xml:space="preserve">`...)
	return append(appendXML(dst, cutCell(text)), `</t></is></c>`...)
}

// cutCell ends a text that is too long for a cell with an ellipsis.
func cutCell(text string) string {
	if len(text) <= maxCell { // no character has more units than bytes
		return text
	}
	units, cut := 0, 0
	for i, r := range text {
		if units <= maxCell-1 {
			cut = i // with room for the ellipsis
		}
		if units += max(utf16.RuneLen(r), 1); units > maxCell {
			return text[:cut] + "…"
		}
	}
	return text
}

// appendXML appends text as it stands in XML. Characters that XML does not
// have, and a return, which its readers make a line break, are written as
// _xHHHH_, and so is the beginning of what only looks like that. Broken UTF-8
// becomes U+FFFD.
func appendXML(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '&':
			dst = append(dst, "&amp;"...)
		case r == '<':
			dst = append(dst, "&lt;"...)
		case r == '>':
			dst = append(dst, "&gt;"...)
		case r == '"':
			dst = append(dst, "&quot;"...)
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff, r == '_' && looksEscaped(text[i:]):
			dst = appendEscaped(dst, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
		i += size
	}
	return dst
}

func appendEscaped(dst []byte, r rune) []byte {
	digits := strconv.FormatInt(int64(r)|0x10000, 16)[1:]
	dst = append(append(dst, "_x"...), bytes.ToUpper([]byte(digits))...)
	return append(dst, '_')
}

// looksEscaped tells a text that begins like _xHHHH_.
func looksEscaped(text string) bool {
	const length = len("_xHHHH_")
	if len(text) < length || text[1] != 'x' || text[length-1] != '_' {
		return false
	}
	_, err := strconv.ParseUint(text[2:length-1], 16, 16)
	return err == nil
}
