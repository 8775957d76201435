package export

import (
	"fmt"
	"strings"
)

const (
	xmlHeader = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

	nsMain         = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsRelation     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPackage      = "http://schemas.openxmlformats.org/package/2006/"
	typeWorksheet  = nsRelation + "/worksheet"
	typeStyles     = nsRelation + "/styles"
	typeDocument   = nsRelation + "/officeDocument"
	typeHyperlink  = nsRelation + "/hyperlink"
	contentOfSheet = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// Styles of cells, by their place in the part of that name.
const (
	styleNone = iota
	styleHeading
	styleDay
	styleMoment
	styleLink
	styleQuoted // a text that would be a formula if somebody typed it
)

const styles = `<styleSheet xmlns="` + nsMain + `">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
	`<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>` +
	`<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// xlsxPart is a small file of the archive.
type xlsxPart struct{ name, text string }

// parts are what a workbook has beside its sheets.
func (b *workbook) parts() []xlsxPart {
	var types, sheets, names, relations strings.Builder
	for i, rows := range b.rows {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, contentOfSheet)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, sheetName(i), i+1, i+1)
		// Without this name, which Excel gives itself, some do not show the filter.
		fmt.Fprintf(&names, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">'%s'!%s</definedName>`,
			i, sheetName(i), filterRange(len(b.fields), rows, "$"))
		relations.WriteString(relationship(i+1, typeWorksheet, fmt.Sprintf("worksheets/sheet%d.xml", i+1), ""))
	}
	relations.WriteString(relationship(len(b.rows)+1, typeStyles, "styles.xml", ""))
	return []xlsxPart{
		{"xl/styles.xml", styles},
		{"xl/workbook.xml", `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsRelation + `"><sheets>` + sheets.String() +
			`</sheets><definedNames>` + names.String() + `</definedNames></workbook>`},
		{"xl/_rels/workbook.xml.rels", relationships(relations.String())},
		{"_rels/.rels", relationships(relationship(1, typeDocument, "xl/workbook.xml", ""))},
		{"[Content_Types].xml", `<Types xmlns="` + nsPackage + `content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + contentOfSheet + `sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + contentOfSheet + `styles+xml"/>` + types.String() + `</Types>`},
	}
}

func relationships(list string) string {
	return `<Relationships xmlns="` + nsPackage + `relationships">` + list + `</Relationships>`
}

// relationship tells where something is that a part refers to by number. A
// mode of External is for what is outside of the file.
func relationship(id int, kind, target, mode string) string {
	if mode != "" {
		mode = ` TargetMode="` + mode + `"`
	}
	return fmt.Sprintf(`<Relationship Id="rId%d" Type="%s" Target="%s"%s/>`, id, kind, target, mode)
}
