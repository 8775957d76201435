package engine

import "strings"

// customObject is where the engine has the custom fields of a record.
const customObject = "custom_fields."

// customNames are the custom fields of Zenodo, without the object, and with
// their kind where that is not keyword. Their numbers in the segments follow
// from their places: never take one out, only add at the end.
// Source: zenodo-rdm, site/zenodo_rdm/custom_fields.
const customNames = `
	dwc:basisOfRecord dwc:catalogNumber dwc:class dwc:collectionCode dwc:country dwc:county dwc:dateIdentified/times
	dwc:decimalLatitude/doubles dwc:decimalLongitude/doubles dwc:eventDate/times dwc:family dwc:genus dwc:identifiedBy
	dwc:individualCount dwc:institutionCode dwc:kingdom dwc:lifeStage dwc:locality dwc:materialSampleID
	dwc:namePublishedInID dwc:namePublishedInYear dwc:order dwc:otherCatalogNumbers dwc:phylum dwc:preparations
	dwc:recordedBy dwc:scientificName dwc:scientificNameAuthorship/text dwc:scientificNameID dwc:sex dwc:specificEpithet
	dwc:stateProvince dwc:taxonID dwc:taxonRank dwc:taxonomicStatus dwc:typeStatus dwc:verbatimElevation
	dwc:verbatimEventDate dwc:sampleSizeValue/text dwc:sampleSizeUnit/text dwc:associatedSequences dwc:eventID
	dwc:samplingProtocol/text dwc:locationID dwc:habitat/text dwc:countryCode dwc:samplingEffort/text dwc:geodeticDatum
	dwc:occurrenceID dwc:occurrenceStatus dwc:organismQuantity/doubles dwc:organismQuantityType/text dwc:parentEventID
	dwc:datasetID gbif-dwc:identifiedByID gbif-dwc:recordedByID gbif:ampliconSize/integers gbif:DNA_sequence/text
	gbif:pcr_primer_forward gbif:pcr_primer_reverse gbif:pcr_primer_name_forward/text gbif:pcr_primer_name_reverse/text
	dc:creator dc:rightsHolder openbiodiv:TaxonomicConceptLabel mixs:0000090 mixs:0000044 mixs:0000045 mixs:0000050/text
	mixs:0000049/text mixs:0000058/text mixs:0000012 mixs:0000013 mixs:0000014
	ac:associatedSpecimenReference ac:captureDevice ac:physicalSetting ac:resourceCreationTechnique ac:subjectOrientation
	ac:subjectPart ac:digitizationDate.date code:codeRepository code:programmingLanguage.id
	code:programmingLanguage.title.en/text code:developmentStatus.id code:developmentStatus.title.en/text
	legacy:subjects.term legacy:subjects.identifier legacy:subjects.scheme
	thesis:thesis.department thesis:thesis.type thesis:thesis.date_submitted thesis:thesis.date_defended
	meeting:meeting.identifiers.identifier meeting:meeting.identifiers.scheme obo:RO_0002453.object obo:RO_0002453.subject
	legacy:communities`

// customFields lists the custom fields with their numbers.
func customFields() (fields []field) {
	kinds := map[string]kind{"": keyword, "text": standardText, "times": times, "doubles": doubles, "integers": integers}
	id := fCustom
	for entry := range strings.FieldsSeq(customNames) {
		name, kind, _ := strings.Cut(entry, "/")
		fields = append(fields, field{name: customObject + name, kind: kinds[kind], id: id})
		id++
	}
	return fields
}
