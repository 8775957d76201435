# Sourced by the scripts: where things lie, and small helpers.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/zharvest-realserver
say() { echo "realserver: $*" >&2; }
fail() { say "$*"; exit 1; }

# Something that a server needs is not to be had on this machine; .ci/run then
# leaves its tests out. Any other exit code is a failure.
lacks() { say "$*"; exit 77; }

# alive FILE TEXT: the process whose number is in the file still runs, and its
# number has not gone to another program, which would not have the text in its
# command.
alive() { [ -s "$1" ] && ps -ww -o args= -p "$(cat "$1")" 2>/dev/null | grep -qF -- "$2"; }

# end FILE TEXT: ends that process and waits until it is gone.
end() {
	local pid
	if alive "$1" "$2"; then
		pid=$(cat "$1")
		kill "$pid" 2>/dev/null || true
		for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
		kill -9 "$pid" 2>/dev/null || true
	fi
	rm -f "$1"
}
