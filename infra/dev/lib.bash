# What the scripts of this folder share; to be sourced. What a person reads goes to stderr, what a program reads to stdout.

# Messages of other programs are read below: they must not depend on the language of whoever runs this.
export LC_ALL=C.UTF-8

# The locks of a script that calls another one: servers started here must not keep them.
exec 7>&- 8>&-

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# shellcheck disable=SC2034 # used by scripts that source this
services=(intake dispatch credit notify)

say() { printf '  %s\n' "$*" >&2; }
step() { printf '==> %s\n' "$*" >&2; }
die() {
    printf '%s: %s\n' "${0#"$root"/}" "$1" >&2
    shift
    (($# == 0)) || printf '    %s\n' "$@" >&2
    exit 1
}

# free_port [FROM]: the first port of 127.0.0.1, from there or from anywhere, that nobody listens on; below the range that Linux
# gives to outgoing connections. The one a hundred higher is free too: Kafka's controller takes it.
free_port() {
    local port=${1:-$((20000 + RANDOM % 12000))} try
    for ((try = 0; try < 200; try++, port++)); do
        answers "$port" || answers "$((port + 100))" || { echo "$port" && return; }
    done
    die "found no free port on 127.0.0.1 from $((port - 200)) on"
}

# answers PORT [HOST]: whether something accepts connections there.
answers() { (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null; }

# until_true SECONDS COMMAND…: repeats the command until it succeeds; fails once the time is over.
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# A process id alone proves nothing: the process may have ended and its number been given away. A record therefore holds
# the time of its start and the boot it happened in, too.
process_identity() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # After the name in parentheses, which may hold anything, the start time is the twentieth field.
    read -ra stat <<<"${stat##*) }"
    echo "$1 ${stat[19]} $(cat /proc/sys/kernel/random/boot_id)"
}

# record_process FILE PID: so that it can be found, and stopped, later.
record_process() { process_identity "$2" >"$1"; }

# Prints the id of a recorded process while it runs.
recorded_process() {
    local pid rest
    [[ -f $1 ]] && read -r pid rest <"$1" || return 1
    [[ $(process_identity "$pid") == "$pid $rest" ]] && echo "$pid"
}

# Whether a process runs whose command line names the given folder, which only we use.
process_names() {
    local arguments
    mapfile -d '' -t arguments 2>/dev/null <"/proc/$1/cmdline" || return 1
    [[ "${arguments[*]}" == *"$2"* ]]
}

# end_process PID SECONDS: asks it to end, and makes it after that time.
end_process() {
    kill -TERM "$1" 2>/dev/null || return 0
    until_true "$2" process_is_gone "$1" && return
    say "process $1 did not end within $2 s: killed"
    kill -KILL "$1" 2>/dev/null || true
    until_true 5 process_is_gone "$1"
}

# run COMMAND…: in a process group of its own. A signal then reaches this script at once, not when the command has ended, and
# `on_exit` can end all that the command started.
run() {
    local result=0
    setsid "$@" &
    running=$!
    wait "$running" || result=$?
    running=
    return "$result"
}

# on_exit FUNCTION: calls it when the script ends, however it does. A second signal does not stop it.
on_exit() {
    # shellcheck disable=SC2064
    trap "trap '' HUP INT TERM; end_running; $1" EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

end_running() { [[ -z ${running-} ]] || kill -TERM -- "-$running" 2>/dev/null || true; }

process_is_gone() { ! kill -0 "$1" 2>/dev/null || [[ $(ps -o stat= -p "$1" 2>/dev/null) == Z* ]]; }

# A state file holds lines "name=value"; the values are ours and contain no line breaks.
state() { sed -n "s/^$2=//p" "$1/state" 2>/dev/null; }
save_state() { # DIR NAME=VALUE…: readable by its owner alone, since a database URL holds a password
    local dir=$1
    shift
    (umask 077 && printf '%s\n' "$@" >"$dir/state.new" && mv "$dir/state.new" "$dir/state")
}

# A client without an engine is no Docker.
docker_answers() { command -v docker >/dev/null && [[ -n $(docker info --format '{{.ServerVersion}}' 2>/dev/null) ]]; }

# One compose project for each folder, so that two working copies don't stop each other's containers.
compose() { # DIR ARGUMENTS…
    local project
    project=muster-dev-$(printf '%s' "$1" | cksum | cut -d' ' -f1)
    docker compose --project-name "$project" --file "$root/docker-compose.yml" "${@:2}"
}

# heed_broker DIR: settings for whoever reads from the broker that infra/dev/kafka started in DIR. The embedded one does not answer
# when something comes, but when the time is over for which it may hold an answer back.
heed_broker() {
    [[ $(state "$1" kind) != embedded ]] || export MUSTER_KAFKA_FETCH_WAIT_MS=${MUSTER_KAFKA_FETCH_WAIT_MS-10}
}

# What is measured has 450 grids in 45 communities, each with its chief, so that findings spread over all partitions.
write_bench_directory() { # FOLDER
    local folder=$1 community grid number=0
    [[ ! -f $folder/units.csv ]] || return 0
    mkdir -p "$(dirname "$folder")"
    cp -r "$root/docs/example-directory" "$folder"
    for community in {101..145}; do
        echo "371082007$community,社区$community," >>"$folder/units.csv"
        for grid in {001..010}; do
            number=$((number + 1))
            echo "371082007$community$grid,网格$community-$grid," >>"$folder/units.csv"
            echo "p-bench-$number,网格长$number,zh" >>"$folder/people.csv"
            echo "p-bench-$number,grid-chief,371082007$community$grid,,2025-01-01T00:00:00Z," >>"$folder/postings.csv"
        done
    done
}
