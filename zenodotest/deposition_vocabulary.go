package zenodotest

import (
	"regexp"
	"strings"
)

// attributes are the names that Zenodo reads in the metadata of a deposition.
var attributes = strings.Fields(`
	upload_type publication_type image_type title creators description publication_date access_right license embargo_date
	access_conditions doi prereserve_doi keywords notes method related_identifiers contributors references communities grants
	journal_title journal_volume journal_issue journal_pages conference_title conference_acronym conference_dates conference_place
	conference_url conference_session conference_session_part imprint_publisher imprint_isbn imprint_place partof_title partof_pages
	thesis_supervisors thesis_university subjects version language locations dates custom`)

// relations are those of related identifiers, in the spelling of the legacy API.
var relations = strings.Fields(`
	isCitedBy cites isSupplementTo isSupplementedBy isContinuedBy continues isDescribedBy describes hasMetadata isMetadataFor
	hasVersion isVersionOf isNewVersionOf isPreviousVersionOf isPartOf hasPart isPublishedIn isReferencedBy references isDocumentedBy
	documents isCompiledBy compiles isVariantFormOf isOriginalFormOf isIdenticalTo isReviewedBy reviews isDerivedFrom isSourceOf
	isRequiredBy requires isObsoletedBy obsoletes isAlternateIdentifier`)

// roles are those of contributors.
var roles = strings.Fields(`
	ContactPerson DataCollector DataCurator DataManager Distributor Editor HostingInstitution Producer ProjectLeader ProjectManager
	ProjectMember RegistrationAgency RegistrationAuthority RelatedPerson Researcher ResearchGroup RightsHolder Sponsor Supervisor
	WorkPackageLeader Other`)

var dateTypes = strings.Fields("accepted available collected copyrighted coverage created issued other submitted updated valid withdrawn")

// languages are the codes of ISO 639-3 for those of ISO 639-1.
var languages = pairs(`
	aa aar ab abk ae ave af afr ak aka am amh an arg ar ara as asm av ava ay aym az aze ba bak be bel bg bul bi bis bm bam bn ben
	bo bod br bre bs bos ca cat ce che ch cha co cos cr cre cs ces cu chu cv chv cy cym da dan de deu dv div dz dzo ee ewe el ell
	en eng eo epo es spa et est eu eus fa fas ff ful fi fin fj fij fo fao fr fra fy fry ga gle gd gla gl glg gn grn gu guj gv glv
	ha hau he heb hi hin ho hmo hr hrv ht hat hu hun hy hye hz her ia ina id ind ie ile ig ibo ii iii ik ipk io ido is isl it ita
	iu iku ja jpn jv jav ka kat kg kon ki kik kj kua kk kaz kl kal km khm kn kan ko kor kr kau ks kas ku kur kv kom kw cor ky kir
	la lat lb ltz lg lug li lim ln lin lo lao lt lit lu lub lv lav mg mlg mh mah mi mri mk mkd ml mal mn mon mr mar ms msa mt mlt
	my mya na nau nb nob nd nde ne nep ng ndo nl nld nn nno no nor nr nbl nv nav ny nya oc oci oj oji om orm or ori os oss pa pan
	pi pli pl pol ps pus pt por qu que rm roh rn run ro ron ru rus rw kin sa san sc srd sd snd se sme sg sag sh hbs si sin sk slk
	sl slv sm smo sn sna so som sq sqi sr srp ss ssw st sot su sun sv swe sw swa ta tam te tel tg tgk th tha ti tir tk tuk tl tgl
	tn tsn to ton tr tur ts tso tt tat tw twi ty tah ug uig uk ukr ur urd uz uzb ve ven vi vie vo vol wa wln wo wol xh xho yi yid
	yo yor za zha zh zho zu zul`)

func pairs(text string) map[string]string {
	words, all := strings.Fields(text), map[string]string{}
	for i := 0; i+1 < len(words); i += 2 {
		all[words[i]] = words[i+1]
	}
	return all
}

// schemes are how identifiers of related things are recognised, the first that
// fits first.
var schemes = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"doi", regexp.MustCompile(`(?i)^(https?://(dx\.)?doi\.org/|doi:)?10\.\d+(\.\d+)*/\S+$`)},
	{"arxiv", regexp.MustCompile(`(?i)^(https?://arxiv\.org/abs/|arxiv:)(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(v\d+)?$`)},
	{"url", regexp.MustCompile(`(?i)^(https?|ftp)://\S+$`)},
	{"isbn", regexp.MustCompile(`(?i)^(isbn:?\s*)?(97[89][- ]?)?(\d[- ]?){9}[\dx]$`)},
	{"issn", regexp.MustCompile(`(?i)^(issn:?\s*)?\d{4}-\d{3}[\dx]$`)},
	{"orcid", regexp.MustCompile(`(?i)^(orcid:)?\d{4}-\d{4}-\d{4}-\d{3}[\dx]$`)},
	{"pmid", regexp.MustCompile(`(?i)^pmid:\s*\d+$`)},
	{"pmcid", regexp.MustCompile(`(?i)^pmc\d+$`)},
	{"handle", regexp.MustCompile(`(?i)^(https?://hdl\.handle\.net/|hdl:)?\d+(\.\d+)*/\S+$`)},
	{"ark", regexp.MustCompile(`(?i)^ark:/?\d{5}\S*$`)},
	{"urn", regexp.MustCompile(`(?i)^urn:[a-z0-9][a-z0-9-]*:\S+$`)},
	{"lsid", regexp.MustCompile(`(?i)^lsid:\S+$`)},
	{"swh", regexp.MustCompile(`^swh:1:(cnt|dir|rel|rev|snp):[0-9a-f]{40}\S*$`)},
	{"ads", regexp.MustCompile(`^(ads:)?\d{4}[A-Za-z]\S{13}[A-Za-z.:]$`)},
}

// schemeOf is the scheme of an identifier, "" where none is recognised.
func schemeOf(identifier string) string {
	for _, s := range schemes {
		if s.pattern.MatchString(identifier) {
			return s.name
		}
	}
	return ""
}

var edtf = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)

// isEDTF tells a date or an interval of dates of level 0.
func isEDTF(s string) bool {
	from, to, isInterval := strings.Cut(s, "/")
	return edtf.MatchString(from) && (!isInterval || edtf.MatchString(to) && from <= to)
}

func bareORCID(s string) string {
	for _, prefix := range []string{"https://orcid.org/", "http://orcid.org/", "orcid:"} {
		s = strings.TrimPrefix(s, prefix)
	}
	return s
}

var orcidShape = regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$`)

// isORCID checks the last character, which ISO 7064 makes of the others.
func isORCID(s string) bool {
	if !orcidShape.MatchString(s) {
		return false
	}
	sum := 0
	digits := strings.ReplaceAll(s, "-", "")
	for _, digit := range digits[:15] {
		sum = (sum + int(digit-'0')) * 2
	}
	return "0123456789X"[(12-sum%11)%11] == digits[15]
}
