package dublincore_test

import (
	"encoding/xml"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/dublincore"
)

func TestDocument(t *testing.T) {
	r, err := zenodo.DecodeRecord([]byte(`{"id": 2, "doi": "10.5281/zenodo.2", "conceptdoi": "10.5281/zenodo.1", "metadata": {
		"title": "Bats & <i>caves</i>", "publication_date": "2024-01-02", "creators": [{"name": "Doe, Jane"}, {"name": "Roe, Richard"}],
		"keywords": ["bats"], "communities": [{"id": "batlit"}], "resource_type": {"title": "Journal article", "type": "publication"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `<oai_dc:dc xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">
  <dc:creator>Doe, Jane</dc:creator>
  <dc:creator>Roe, Richard</dc:creator>
  <dc:date>2024-01-02</dc:date>
  <dc:identifier>https://doi.org/10.5281/zenodo.2</dc:identifier>
  <dc:identifier>oai:zenodo.org:2</dc:identifier>
  <dc:publisher>Zenodo</dc:publisher>
  <dc:relation>https://zenodo.org/communities/batlit</dc:relation>
  <dc:relation>https://doi.org/10.5281/zenodo.1</dc:relation>
  <dc:subject>bats</dc:subject>
  <dc:title>Bats &amp; &lt;i&gt;caves&lt;/i&gt;</dc:title>
  <dc:type>Journal article</dc:type>
</oai_dc:dc>`
	got := dublincore.Document(r)
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := xml.Unmarshal(got, new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}
