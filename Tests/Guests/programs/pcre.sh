#: with bash
# PCRE2's just-in-time compiler, as grep -P uses it.
i=0
while [ $i -lt 300 ]; do echo "line $i: user$((i * 7 % 31))@host$((i % 9)).example, $((i * i)) bytes"; i=$((i + 1)); done >lines
grep -Pc '^line \d+: user(\d+)@host\1\.' lines
grep -Po '(?<=@)host[3-5](?=\.example, \d{4,})' lines | sort | uniq -c
grep -P '(?i)LINE (?:2[0-4]|1{2,}): (?!user1)' lines
grep -Pc '(a+)+$|bytes' lines
for word in 'user1\b' '\d{5}' 'host(?:1|2).*9 bytes' '^(?=.*7)(?=.*3).*$' '(\w)\1{2}'; do grep -Pc "$word" lines; done
echo "((a)(b(c)))" | grep -Po '\((?:[^()]++|(?R))*\)'
