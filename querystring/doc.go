// Package querystring reads the language of Zenodo's search box and of the q parameter of its API, as Zenodo does.
//
// Start with [Parse]. It returns what Zenodo sends to its search engine, and a tree of [Node] values to answer the query
// without Zenodo. Queries are built with [Quote], [Term], [Between] and [And].
//
//	q, err := querystring.Parse(`title:bats AND doi:10.5281/zenodo.1`)
//	// q.Sent is `metadata.title:bats AND pids.doi.identifier:"10.5281/zenodo.1"`
//
// The package does no I/O and knows no records: which words an analyser makes of a text, and what type a field has, is for
// the index to say. So a word in a numeric field is no error here, though Zenodo refuses it.
//
// # Two grammars
//
// A query passes two parsers, which do not agree.
//
// The gate is the Python library luqum 1.0. What it cannot parse is no error: Zenodo then searches for any of the words of
// the text ([Query.Loose]). What it can parse is rewritten, namely the names of fields ([IndexField]) and some values, and
// printed with its defaults made explicit: foo~ becomes foo~0.5, foo^10 becomes foo^1E+1. White space is kept as typed,
// and put in where two operands touch.
//
//	expression = operand { [ "AND" | "OR" ] operand } .
//	operand    = ( "+" | "-" | "NOT" ) operand | primary { boost } .
//	primary    = TERM ":" operand | TERM [ approx ] | PHRASE [ approx ] | REGEX | "TO" | "(" expression ")"
//	           | ( "[" | "{" ) bound "TO" bound ( "]" | "}" ) | ( "<" | "<=" | ">" | ">=" ) ( TERM | PHRASE ) .
//	bound      = [ "-" ] ( TERM | PHRASE ) .
//	approx     = "~" [ number ] .
//	boost      = "^" [ number ] .
//	number     = ( digit | "." ) { digit | "." } .
//	TERM       = ( first | escaped ) { following | escaped | time } .
//	PHRASE     = `"` { any character but `"` and `\` | escaped } `"` .
//	REGEX      = "/" { any character but "/" and `\` | escaped } "/" .
//	first      = any character but white space and : ^ ~ ( ) { } [ ] / " ' + - \ < > .
//	following  = any character but white space and : ^ ~ ( ) { } [ ] \ .
//	escaped    = `\` any character but a line feed .
//	time       = ":" digit digit [ ":" digit digit ]   (* directly after "T" digit digit *) .
//
// AND, OR, NOT and TO are no TERMs. White space is that of Unicode. A malformed number makes Zenodo fail (status 500), as
// does nesting of some 300 levels, which is the limit here.
//
// The engine is OpenSearch with the classic query parser of Lucene. What it cannot parse is an [*Error] with status 400.
//
//	query   = ( texts | clause ) { texts | [ "AND" | "&&" | "OR" | "||" ] clause } .
//	clause  = [ "+" | "-" | "!" | "NOT" ] [ ( TERM | "*" ) ":" ] ( leaf | "(" query ")" [ boost ] ) .
//	texts   = TERM TERM { TERM }   (* whose last is not followed by : * ~ ^ AND OR *) .
//	leaf    = ( TERM | SIGN | "*" | PREFIX | WILD | REGEX | PHRASE ) [ boost [ FUZZY ] | FUZZY [ boost ] ]
//	        | ( "[" | "{" ) bound "TO" bound ( "]" | "}" ) [ boost ] .
//	bound   = QUOTED | GOOP .
//	boost   = "^" digits [ "." digits ] .
//	TERM    = start { char } .
//	SIGN    = ( "+" | "-" | "!" ) space .
//	PREFIX  = start { char } "*" .
//	WILD    = ( start | "*" | "?" ) { char | "*" | "?" } .
//	FUZZY   = "~" { char } .
//	PHRASE  = `"` { any character but `"` and `\` | escaped } `"` .
//	REGEX   = "/" { any character but "/" | `\/` } "/" .
//	QUOTED  = `"` { any character but `"` | `\"` } `"` .
//	GOOP    = any character but " ", "]" and "}", once or more .
//	start   = escaped | any character but space and + - ! ( ) : ^ [ ] " { } ~ * ? \ / .
//	char    = start | "-" | "+" .
//	escaped = `\` any character .
//	space   = " " | tab | line feed | carriage return | U+3000 .
//
// The longest token counts. In values \uXXXX is the character with that code, and \x is x. At most 1024 clauses may stand
// in one group; here a text counts as one, while the engine counts its tokens. There is no precedence among AND, OR and
// NOT: each clause of a group is required, optional or forbidden; see [Boolean]. In a named field, a text that begins with
// <, <=, > or >= is a range that is open on one side.
//
// # Communities
//
// Zenodo replaces the slug of a community by its id, a UUID. [Parse] keeps the slug instead, as a quoted value of
// parent.communities.ids, so that it can be compared with the slugs in records; a [Parser] with a Community function does
// what Zenodo does.
package querystring
