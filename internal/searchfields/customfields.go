package searchfields

import "strings"

// customNames are the custom fields of Zenodo that no field of its own stands
// for, with their kind where that is not keyword.
// Source: zenodo-rdm, site/zenodo_rdm/custom_fields.
const customNames = `
	ac:associatedSpecimenReference ac:captureDevice ac:digitizationDate.date ac:physicalSetting ac:resourceCreationTechnique
	ac:subjectOrientation ac:subjectPart code:codeRepository code:developmentStatus.id code:developmentStatus.title.en/text
	code:programmingLanguage.id code:programmingLanguage.title.en/text dc:creator dc:rightsHolder dwc:associatedSequences
	dwc:basisOfRecord dwc:catalogNumber dwc:class dwc:collectionCode dwc:country dwc:countryCode dwc:county dwc:datasetID
	dwc:dateIdentified/date dwc:decimalLatitude/double dwc:decimalLongitude/double dwc:eventDate/date dwc:eventID dwc:family
	dwc:genus dwc:geodeticDatum dwc:habitat/text dwc:identifiedBy dwc:individualCount dwc:institutionCode dwc:kingdom
	dwc:lifeStage dwc:locality dwc:locationID dwc:materialSampleID dwc:namePublishedInID dwc:namePublishedInYear
	dwc:occurrenceID dwc:occurrenceStatus dwc:order dwc:organismQuantity/double dwc:organismQuantityType/text
	dwc:otherCatalogNumbers dwc:parentEventID dwc:phylum dwc:preparations dwc:recordedBy dwc:sampleSizeUnit/text
	dwc:sampleSizeValue/text dwc:samplingEffort/text dwc:samplingProtocol/text dwc:scientificName
	dwc:scientificNameAuthorship/text dwc:scientificNameID dwc:sex dwc:specificEpithet dwc:stateProvince dwc:taxonID
	dwc:taxonRank dwc:taxonomicStatus dwc:typeStatus dwc:verbatimElevation dwc:verbatimEventDate gbif-dwc:identifiedByID
	gbif-dwc:recordedByID gbif:DNA_sequence/text gbif:ampliconSize/integer gbif:pcr_primer_forward
	gbif:pcr_primer_name_forward/text gbif:pcr_primer_name_reverse/text gbif:pcr_primer_reverse legacy:communities
	legacy:subjects.identifier legacy:subjects.scheme legacy:subjects.term meeting:meeting.identifiers.identifier
	meeting:meeting.identifiers.scheme mixs:0000012 mixs:0000013 mixs:0000014 mixs:0000044 mixs:0000045 mixs:0000049/text
	mixs:0000050/text mixs:0000058/text mixs:0000090 obo:RO_0002453.object obo:RO_0002453.subject
	openbiodiv:TaxonomicConceptLabel thesis:thesis.date_defended thesis:thesis.date_submitted thesis:thesis.department
	thesis:thesis.type`

// customFields lists the custom fields.
func customFields() (fields []Field) {
	for entry := range strings.FieldsSeq(customNames) {
		name, k, _ := strings.Cut(entry, "/")
		switch k {
		case "":
			k = string(Keyword)
		case "text":
			k = string(Standard)
		}
		fields = append(fields, Field{Name: "custom_fields." + name, Kind: Kind(k)})
	}
	return fields
}
