# busybox's shell and its own applets, each started as a process.
b() { "$BUILD/i386/bin/busybox" "$@"; }
i=0; while [ $i -lt 300 ]; do i=$((i + 1)); echo "line $i $((i * 7919 % 1000))"; done >lines
b wc lines
b sort -k3n -k2n lines | b head -n 5
b awk '{ sum += $3; n[$3 % 7]++ } END { print sum; for (k = 0; k < 7; k++) print k, n[k] }' lines
b sed -n 's/^line \([0-9]*\)5 .*/\1-five/p' lines | b tail -n 3
b grep -c 9 lines
b gzip -k lines && b gunzip -c lines.gz | b cmp - lines && echo gzip ok
b bzip2 -k lines && b bunzip2 -c lines.bz2 | b cmp - lines && echo bzip2 ok
b mkdir -p tree/a/b tree/c; b cp lines tree/a/b; b ln -s ../a tree/c/link; : >tree/empty
b tar cf tree.tar tree && b mkdir out && b tar xf tree.tar -C out && b diff -r tree out/tree && echo tar ok
b find tree | b sort
b md5sum lines; b sha256sum lines; b cksum lines
b cut -d' ' -f2 lines | b tr 0-9 a-j | b uniq | b head -n 2
b seq 5 | b xargs -n 2 echo
b printf '%05d|%x|%s\n' 42 255 text
b expr 6 '*' 7; b dc -e '2 100 ^ p' 2>/dev/null || true
b false; echo "false $?"; b nosuchapplet 2>/dev/null; echo "nosuch $?"
(exit 9); echo "subshell $?"
b sh -c 'kill -TERM $$'; echo "killed $?"
trap 'echo trapped' USR1; kill -USR1 $$; trap - USR1
x=$(b cat lines | b wc -l); echo "substituted $x"
b sleep 0.01 & wait $!; echo "waited $?"
b dd if=lines of=copy bs=100 count=3 2>/dev/null; b wc -c <copy
b ls -l tree | b awk 'NR > 1 { print $1, $NF }'
b test -x "$BUILD/i386/bin/busybox"; echo "test $?"
b env -i A=1 "$BUILD/i386/bin/busybox" env
b od -c lines | b head -n 2
b vi -h >/dev/null 2>&1; b diff lines copy | b wc -l
