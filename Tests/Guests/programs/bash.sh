#: with bash
# Debian's i386 bash, with i386 coreutils, sed, grep, mawk and the packers.
declare -A count
for ((i = 0; i < 3000; i++)); do ((count[$((i * 31 % 17))]++)) || true; done
echo "${count[@]}" | tr ' ' '\n' | sort -n | head -n 3
words=(alpha beta gamma delta); echo "${words[@]^^} ${#words[@]} ${words[-1]:1:3}"
[[ "release 6.1.0" =~ ([0-9]+)\.([0-9]+) ]] && echo "${BASH_REMATCH[2]}"
fib() { (($1 < 2)) && echo "$1" || echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2))))); }; fib 8
printf '%s\n' {1..400} | awk '{ s += $1 * $1 } END { print s }'
seq 1 3000 | shuf --random-source=<(yes) | sort -n | md5sum
seq 1 2000 | sed -n '/7$/p' | grep -c 77
tar cf - -C "$GUESTS" README.md test.h | tar tf - | sort
seq 20000 | gzip -c | gzip -dc | md5sum; seq 20000 | bzip2 -c | bzip2 -dc | md5sum
mkdir -p d/{x,y}/z; touch d/x/{1,2} d/y/z/3; find d -type f | sort; ls -R d | wc -l; cp -r d e; diff -r d e && rm -r d e && ls
date -u -d @86400 +%F; expr 12 \* 12; printf '%(%Y)T\n' 0
coproc cat; echo through >&"${COPROC[1]}"; read -r line <&"${COPROC[0]}"; echo "$line"; kill $COPROC_PID
read -r first rest < <(echo one two three); echo "$rest"
(trap 'echo term; exit 4' TERM; kill -TERM $BASHPID); echo $?
timeout 0.1 sleep 5; echo "timeout $?"
mapfile -t lines < <(seq 5); echo "${lines[*]}"
echo $((2 ** 40)) $((0xff)) $((-7 / 2))
{ echo out; echo err >&2; } 2>&1 | sort
stat -c '%s %F' /dev/null "$GUESTS" | tail -n 1 | cut -d' ' -f2; basename "$PWD"; id -u; true | false; echo "${PIPESTATUS[*]}"
