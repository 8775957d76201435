# Sourced by start and stop.
. "$here/../common.sh"
home=$cache/invenio
venv=$home/venv logs=$home/logs

# The folder of PostgreSQL's programs; Debian keeps them out of the path.
postgres_programs() {
	local createdb
	for createdb in $(ls /usr/lib/postgresql/*/bin/createdb 2>/dev/null | sort -Vr) "$(command -v createdb)"; do
		[ ! -x "${createdb%createdb}initdb" ] || { dirname "$createdb"; return; }
	done
	return 1
}

# postgres PROGRAM ARG...: runs a program of PostgreSQL, which refuses root: then
# as the account that its package made, which may reach its folder all the same.
postgres() {
	local program
	program=$(postgres_programs)/$1
	shift
	if [ "$(id -u)" != 0 ]; then
		"$program" "$@"
		return
	fi
	(cd / && HOME=/tmp setpriv --reuid postgres --regid postgres --clear-groups \
		--inh-caps +dac_override --ambient-caps +dac_override "$program" "$@")
}
postgres_runs() { [ -f "$home/postgres/data/PG_VERSION" ] && postgres pg_ctl -D "$home/postgres/data" status >/dev/null 2>&1; }
