import HeirloomABI
import HeirloomKernel
import Testing

/// What a rule's text may be, and what is said where it is wrong. Guest tests show what rules do (tables/rules.c).
@Suite struct RuleTests {
  /// As openat has them, and a 64-bit number.
  static let signature = Signature([.descriptor, .path, .flags, .unsigned, .int64])

  func message(_ text: String) -> String? {
    do throws(RuleError) {
      _ = try Rule(text, for: Self.signature, call: "openat")
      return nil
    } catch { return error.description }
  }

  static let right = [
    "fd == 3", "fd=3", "fd != -1", "fd in 3", "fd in 1,2, 5..9", "fd in -100..-1,AT_FDCWD", "flags & O_CREAT",
    "flags&O_CREAT|O_EXCL==O_CREAT|O_EXCL", "flags & O_ACCMODE != O_RDONLY", "path ~ /etc/*", "path~'/a b/*'",
    "path !~ \"*)\"", "(path ~ /etc/*)", "arg3 < 0644", "arg4 >= 0x100000000", "every 1", "chance 5%", "chance 0.05",
    "chance 0", "chance 100%", "not every 3", "!fd==3", "fd == 3 and flags & 1 or uid == 0 && pid > 1 || comm ~ sh",
    "not (fd == 3 or not (fd == 4))", "  fd   ==  3  ",
  ]

  @Test(arguments: right) func isTaken(_ text: String) { #expect(message(text) == nil) }

  static let wrong: [(text: String, message: String)] = [
    ("", "a test is missing at the end"),
    ("fd", "fd is to be followed by ==, !=, <, <=, >, >=, in or &"),
    ("fd ~ 3", "fd is to be followed by ==, !=, <, <=, >, >=, in or &, not by '~'"),
    ("fd == three", "'three' is no number"),
    ("fd == 09", "'09' is no number"),
    ("fd ==", "a number is missing at the end"),
    ("fd == 3 4", "'4' is not expected here"),
    ("fd in 9..1", "9..1 is empty"),
    ("(fd == 3", "a ')' is missing"),
    ("fd == 3 and", "a test is missing at the end"),
    ("descriptor == 3", "'descriptor' is no value: there are arg0, arg1…, fd, path, flags, uid, pid, comm, and every, chance"),
    ("arg5 == 1", "arg5: openat has 5 arguments, counted from arg0"),
    ("arg-1 == 1", "arg-1: openat has 5 arguments, counted from arg0"),
    ("path == 3", "path is to be followed by ~ or !~ and a pattern"),
    ("path ~", "a pattern is missing behind path ~"),
    ("flags & 0", "flags & 0 never holds"),
    ("flags & 1 == 2", "flags & 1 is never 2"),
    ("every 0", "every 0: a count of 1 or more"),
    ("chance 101%", "chance: 101 is not from 0 to 1, or from 0% to 100%"),
    ("chance", "chance: '' is no number"),
    (String(repeating: "fd == 3 or ", count: 200) + "fd == 3", "it is too long"),
  ]

  @Test(arguments: wrong.indices) func isRefused(_ index: Int) {
    let (text, expected) = Self.wrong[index]
    #expect(message(text) == "rule \"\(text)\": \(expected)")
  }

  @Test func aCallWithoutSuchAnArgument() {
    #expect(throws: RuleError.self) { try Rule("path ~ *", for: Signature([.int]), call: "close") }
    #expect(throws: RuleError.self) { try Rule("arg0 == 1", for: Signature([]), call: "getpid") }
  }
}
