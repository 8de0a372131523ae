#: with bash
# Debian's i386 perl.
perl -e 'my %h; $h{$_ % 97} += $_ for 1 .. 50000; print join(",", map { $h{$_} } sort { $a <=> $b } keys %h) =~ s/.{60}\K.*//r, "\n"'
perl -e '$_ = "the quick brown fox " x 200; my $n = 0; $n++ while /\b(\w)(\w*)\b/g; s/(\w+)/\u$1/g; print $n, " ", length, " ", substr($_, 0, 19), "\n"'
perl -e 'printf "%.10f %.6e %s\n", atan2(1, 1) * 4, exp(10), 2 ** 53'
perl -e 'sub ack { my ($m, $n) = @_; $m == 0 ? $n + 1 : $n == 0 ? ack($m - 1, 1) : ack($m - 1, ack($m, $n - 1)) } no warnings; print ack(2, 9), "\n"'
perl -e 'my $pid = fork; if (!$pid) { exit 6 } waitpid $pid, 0; print $? >> 8, "\n"; print `echo from a shell`; system "exit 3"; print $? >> 8, "\n"'
perl -e 'pipe R, W; if (!fork) { close R; print W "$_\n" for 1 .. 1000; exit } close W; my $s = 0; $s += $_ while <R>; print "$s\n"'
perl -e 'local $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; select undef, undef, undef, 10; }; print $@; local $SIG{USR1} = sub { print "usr1\n" }; kill USR1 => $$'
perl -e 'open my $f, ">", "file"; print $f pack "NnC", 1, 2, 3; close $f; print -s "file", "\n"; opendir my $d, "."; print join(" ", sort readdir $d), "\n"; unlink "file"; print -e "file" ? "there" : "gone", "\n"'
perl -e 'print sprintf("%vd", $^V), " $^O ", (length pack "P", 0), "\n"; die "dying\n"'
