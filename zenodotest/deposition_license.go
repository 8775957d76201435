package zenodotest

import (
	"slices"
	"strings"
)

// licenses are the ids of licences that can be given, in small letters: those
// of SPDX that are in use, and some of Zenodo's own.
var licenses = strings.Fields(`
	0bsd aal afl-1.1 afl-1.2 afl-2.0 afl-2.1 afl-3.0 agpl-1.0-only agpl-1.0-or-later agpl-3.0-only agpl-3.0-or-later apache-1.0
	apache-1.1 apache-2.0 apl-1.0 apsl-1.0 apsl-1.1 apsl-1.2 apsl-2.0 artistic-1.0 artistic-1.0-perl artistic-2.0 beerware
	bsd-1-clause bsd-2-clause bsd-2-clause-patent bsd-2-clause-views bsd-3-clause bsd-3-clause-clear bsd-3-clause-lbnl bsd-4-clause
	bsl-1.0 catosl-1.1 cc-by-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-3.0-at cc-by-3.0-us cc-by-4.0 cc-by-nc-1.0 cc-by-nc-2.0
	cc-by-nc-2.5 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-1.0 cc-by-nc-nd-2.0 cc-by-nc-nd-2.5 cc-by-nc-nd-3.0 cc-by-nc-nd-3.0-igo
	cc-by-nc-nd-4.0 cc-by-nc-sa-1.0 cc-by-nc-sa-2.0 cc-by-nc-sa-2.5 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-1.0 cc-by-nd-2.0
	cc-by-nd-2.5 cc-by-nd-3.0 cc-by-nd-4.0 cc-by-sa-1.0 cc-by-sa-2.0 cc-by-sa-2.0-uk cc-by-sa-2.5 cc-by-sa-3.0 cc-by-sa-3.0-at
	cc-by-sa-4.0 cc-pddc cc-zero cddl-1.0 cddl-1.1 cecill-1.0 cecill-1.1 cecill-2.0 cecill-2.1 cecill-b cecill-c cern-ohl-p-2.0
	cern-ohl-s-2.0 cern-ohl-w-2.0 cpal-1.0 cpl-1.0 ecl-1.0 ecl-2.0 efl-1.0 efl-2.0 epl-1.0 epl-2.0 eudatagrid eupl-1.0 eupl-1.1
	eupl-1.2 fair frameworx-1.0 gfdl-1.1-only gfdl-1.1-or-later gfdl-1.2-only gfdl-1.2-or-later gfdl-1.3-only
	gfdl-1.3-or-later gpl-1.0-only gpl-1.0-or-later gpl-2.0-only gpl-2.0-or-later gpl-3.0-only gpl-3.0-or-later intel ipa ipl-1.0
	isc lal-1.2 lal-1.3 lgpl-2.0-only lgpl-2.0-or-later lgpl-2.1-only lgpl-2.1-or-later lgpl-3.0-only lgpl-3.0-or-later lppl-1.3c lpl-1.0 lpl-1.02
	miros mit mit-0 mpl-1.0 mpl-1.1 mpl-2.0 mpl-2.0-no-copyleft-exception ms-pl ms-rl mulanpsl-1.0 mulanpsl-2.0 nasa-1.3 ncsa ngpl
	nposl-3.0 ntp oclc-2.0 odbl-1.0 odc-by-1.0 ofl-1.0 ofl-1.1 ogl-uk-1.0 ogl-uk-2.0 ogl-uk-3.0 ogtsl oldap-2.8 osl-1.0 osl-2.0
	osl-2.1 osl-3.0 pddl-1.0 php-3.0 php-3.01 postgresql python-2.0 qpl-1.0 rpl-1.1 rpl-1.5 rpsl-1.0 rscpl ruby simpl-2.0 sissl
	sleepycat spl-1.0 tcl unicode-dfs-2016 unlicense upl-1.0 vim vsl-1.0 w3c watcom-1.0 wtfpl x11 zlib zpl-1.1 zpl-2.0 zpl-2.1
	other-open other-closed other-at other-nc other-pd notspecified`)

// licenseAliases are other spellings, of which there are many more.
var licenseAliases = pairs(`
	cc0-1.0 cc-zero cc0 cc-zero cc-by cc-by-4.0 cc-by-sa cc-by-sa-4.0 cc-nc cc-by-nc-2.0 agpl-v3 agpl-3.0-only agpl-3.0 agpl-3.0-only
	agpl-1.0 agpl-1.0-only apache apache-2.0 apache2.0 apache-2.0 apl1.0 apl-1.0 artistic-license-2.0 artistic-2.0 attribution aal
	bsl1.0 bsl-1.0 cddl1 cddl-1.0 cpal_1.0 cpal-1.0 ecl2 ecl-2.0 eclipse-1.0 epl-1.0 gpl-1.0 gpl-1.0-only gpl-2.0 gpl-2.0-only
	gpl-3.0 gpl-3.0-only gpl-2.0+ gpl-2.0-or-later gpl-3.0+ gpl-3.0-or-later lgpl-2.0 lgpl-2.0-only lgpl-2.1 lgpl-2.1-only
	lgpl-3.0 lgpl-3.0-only lgpl-2.1+ lgpl-2.1-or-later lgpl-3.0+ lgpl-3.0-or-later isc-license isc mit-license mit mozilla mpl-1.0
	mozilla1.1 mpl-1.1 odc-by odc-by-1.0 odc-odbl odbl-1.0 odc-pddl-1.0 pddl-1.0 openfont ofl-1.1 pythonsoftfoundation python-2.0
	uk-ogl ogl-uk-1.0 uoi-ncsa ncsa zlib-license zlib zpl zpl-2.0`)

// legacyLicense is the id under which Zenodo gives a licence out.
func legacyLicense(given string) (id string, ok bool) {
	id = strings.ToLower(strings.TrimSpace(given))
	if canonical, ok := licenseAliases[id]; ok {
		id = canonical
	}
	return id, slices.Contains(licenses, id)
}
