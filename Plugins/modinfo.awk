# Finds the parameters of a Swift module in its source, and the functions that it exports, and writes what .modinfo says of
# them as C:
#
#   @Parameter("every", in: 1...1000, "which write fails") static var every: Int32 = 3
#   @c(lend) public func lend(_ number: Int32) -> Int32 { … }
#
# An attribute is one line of literals; what it stands before is on the same line or the next.
function fail(why) {
  printf "%s:%d: error: %s; a parameter reads @Parameter(\"name\", in: 1...9, \"what it is\") static var name: Int32 = 1\n", FILENAME, FNR, why > "/dev/stderr"
  failed = 1
  exit 1
}

BEGIN {
  types["Int32"] = "int"; types["UInt32"] = "uint"; types["Int"] = "long"; types["UInt"] = "ulong"
  types["Bool"] = "bool"; types["String"] = "charp"
}

function declare(text,   type) {
  if (!match(text, /var +[A-Za-z_][A-Za-z_0-9]* *: *[A-Za-z0-9]+/)) fail("a parameter's type must be written out")
  type = substr(text, RSTART, RLENGTH)
  sub(/.*: */, "", type)
  if (!(type in types)) fail("a parameter is an Int32, UInt32, Int, UInt, Bool or String, and not " type)
  printf "MODULE_INFO(parmtype, \"%s:%s\");\n", name, types[type]
  if (range != "") printf "MODULE_INFO(parmrange, \"%s:%s\");\n", name, range
  if (description != "") printf "MODULE_INFO(parm, \"%s:%s\");\n", name, description
  pending = 0
}

pending && /[^ \t]/ { declare($0); next }

/^[ \t]*@Parameter\(/ {
  rest = $0
  if (!match(rest, /\("[A-Za-z_][A-Za-z_0-9]*"/)) fail("a parameter's name must be a literal")
  name = substr(rest, RSTART + 2, RLENGTH - 3)
  rest = substr(rest, RSTART + RLENGTH)
  range = ""; description = ""
  if (match(rest, /^, *in: */)) {
    rest = substr(rest, RSTART + RLENGTH)
    if (!match(rest, /^-?[0-9][0-9a-fA-Fx_]*\.\.\.-?[0-9][0-9a-fA-Fx_]*/)) fail("a parameter's range must be two numbers")
    range = substr(rest, 1, RLENGTH)
    rest = substr(rest, RLENGTH + 1)
    sub(/\.\.\./, ":", range)
    gsub(/_/, "", range)
  }
  if (match(rest, /^, *"([^"\\]|\\.)*"/)) {
    description = substr(rest, 1, RLENGTH)
    rest = substr(rest, RLENGTH + 1)
    sub(/^, *"/, "", description)
    sub(/"$/, "", description)
  }
  if (!match(rest, /^\)/)) fail("a parameter is not understood")
  rest = substr(rest, 2)
  if (rest ~ /[^ \t]/) declare(rest); else pending = 1
}

function export(text) {
  isC = 0
  if (!match(text, /^[ \t]*(nonisolated +)?public +func +[A-Za-z_][A-Za-z_0-9]*/)) return
  text = substr(text, RSTART, RLENGTH)
  sub(/.* /, "", text)
  if (symbol == "") symbol = text
  # The kernel's own hooks.
  if (symbol !~ /^heirloom_/) printf "MODULE_INFO(export, \"%s\");\n", symbol
}

isC && /[^ \t]/ { export($0); next }

/^[ \t]*@c[ \t(]/ || /^[ \t]*@c$/ {
  rest = $0
  symbol = ""
  sub(/^[ \t]*@c/, "", rest)
  if (match(rest, /^\([A-Za-z_][A-Za-z_0-9]*\)/)) {
    symbol = substr(rest, 2, RLENGTH - 2)
    rest = substr(rest, RLENGTH + 1)
  }
  if (rest ~ /[^ \t]/) export(rest); else isC = 1
}

END { if (!failed && pending) fail("a parameter has no property") }
