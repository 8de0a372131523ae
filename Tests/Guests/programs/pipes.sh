# Long pipelines, here documents, background jobs and traps in busybox's shell.
b="$BUILD/i386/bin/busybox"
$b seq 1 5000 | $b sort -r | $b sort -n | $b awk 'NR % 1000 == 0' | $b tr '\n' ' '; echo
$b yes | $b head -n 1000 | $b wc -l
$b cat <<END | $b tr a-z A-Z
here $((1 + 1)) $(echo nested)
END
for i in 1 2 3 4 5 6 7 8; do (exit $i) & done; for job in 1 2 3 4 5 6 7 8; do wait %$job 2>/dev/null; done; wait; echo "jobs done"
for i in 1 2 3; do $b sh -c "exit $i"; echo "$?"; done
$b mkfifo fifo; ($b seq 3 >fifo) & $b cat fifo; wait
set -- a "b c" ''; echo $#; for word; do echo "[$word]"; done
f() { local n=$1; [ "$n" -le 1 ] && echo 1 || echo $((n * $(f $((n - 1))))); }; f 12
trap 'echo bye' EXIT
exec 3>third; echo to three >&3; exec 3>&-; $b cat third
case $(pwd) in */programs/pipes.run) echo here;; esac
