# Writes the C header of a Swift module's exported functions, from their names (the first file) and what the compiler says of
# all functions that C can call (the second).
NR == FNR { names[substr($0, 1, length($0) - 1)] = 1; next }

FNR == 1 { print "/* What the module exports. Written by module.mk; do not edit. */\n#pragma once\n#include <heirloom/abi.h>\n#include <stdbool.h>\n" }

/^\/\/\// { comment = comment $0 "\n"; next }

/^SWIFT_EXTERN / {
  prototype = $0
  sub(/^SWIFT_EXTERN /, "extern ", prototype)
  sub(/ SWIFT_NOEXCEPT.*/, ";", prototype)
  name = prototype
  sub(/\(.*/, "", name)
  sub(/.*[ *]/, "", name)
  if (name in names) printf "%s%s\n", comment, prototype
}

{ comment = "" }
