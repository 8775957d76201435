package xmlout_test

import (
	"testing"

	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

func TestWriter(t *testing.T) {
	var w xmlout.Writer
	w.Open("a", "name", "\"<&>\n\t\x02", "none", "")
	w.Leaf("b", "1 < 2 && \"x\" ]]>\r\n\x00\ufffe")
	w.Leaf("empty", "")
	w.Some("absent", "")
	w.Raw([]byte("<raw/>"))
	xmlout.Section(&w, "list", []string{"x", "y"}, func(s string) { w.Leaf("item", s) })
	xmlout.Section(&w, "nothing", nil, func(string) { t.Error("called for nothing") })
	w.Close("a")
	want := `<a name="&quot;&lt;&amp;&gt;&#10;&#9;">
  <b>1 &lt; 2 &amp;&amp; "x" ]]&gt;&#13;
</b>
  <empty></empty>
  <raw/>
  <list>
    <item>x</item>
    <item>y</item>
  </list>
</a>`
	if got := string(w.Bytes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
