# Sourced by scripts that need PostgreSQL: a cluster of their own, in a temporary folder, on a free port of 127.0.0.1.
# start_postgres sets HOOKLOFT_TEST_POSTGRES_URL; stop_postgres ends just that cluster and removes its folder.

postgres_folder=

# PostgreSQL refuses to run as root.
as_postgres_user() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start_postgres() {
  local binaries port
  binaries="$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)"
  postgres_folder="$(mktemp -d)"
  [ "$(id -u)" = 0 ] && chown postgres "$postgres_folder"
  port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
    echo $((20000 + RANDOM % 20000)))"
  say "Starting a PostgreSQL cluster on port $port"
  as_postgres_user "$binaries/initdb" -D "$postgres_folder/data" -U hookloft --auth=trust --no-sync >/dev/null
  # The tests' data is thrown away, so it need not survive a power cut. The bench's cluster keeps fsync on.
  as_postgres_user "$binaries/pg_ctl" -D "$postgres_folder/data" -w -l "$postgres_folder/log" \
    -o "-h 127.0.0.1 -p $port -k $postgres_folder -c fsync=off -c max_connections=300" start >/dev/null
  export HOOKLOFT_TEST_POSTGRES_URL="postgres://hookloft@127.0.0.1:$port/postgres"
  postgres_binaries="$binaries"
}

stop_postgres() {
  [ -n "$postgres_folder" ] || return 0
  as_postgres_user "$postgres_binaries/pg_ctl" -D "$postgres_folder/data" -m immediate stop >/dev/null || true
  rm -rf "$postgres_folder"
  postgres_folder=
}
