/// A shell's pattern: `*` any bytes, `/` among them; `?` one byte; `[a-z]`, `[!a-z]` one of them; a backslash takes the next
/// byte as it is.
struct Glob {
  private let pattern: UnsafeBufferPointer<UInt8>

  init(_ pattern: UnsafeBufferPointer<UInt8>) { self.pattern = pattern }

  /// Whether all of `text` is matched.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var (at, place) = (0, 0)
    // Where the last star was, and what it has taken up to.
    var star: (after: Int, end: Int)?
    while true {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        star = (at + 1, place)
        at += 1
      } else if at == pattern.count, place == text.count {
        return true
      } else if at < pattern.count, place < text.count, let next = step(at, text[place]) {
        at = next
        place += 1
      } else if let last = star, last.end < text.count {
        // The star takes one more.
        star = (last.after, last.end + 1)
        (at, place) = (last.after, last.end + 1)
      } else {
        return false
      }
    }
  }

  /// Behind what matches `byte`; nil where it does not.
  private func step(_ at: Int, _ byte: UInt8) -> Int? {
    switch pattern[at] {
    case UInt8(ascii: "?"): return at + 1
    case UInt8(ascii: "\\") where at + 1 < pattern.count: return pattern[at + 1] == byte ? at + 2 : nil
    case UInt8(ascii: "["):
      guard let end = setEnd(at) else { return byte == UInt8(ascii: "[") ? at + 1 : nil }
      return set(at + 1, end, holds: byte) ? end + 1 : nil
    case let other: return other == byte ? at + 1 : nil
    }
  }

  /// The bracket that ends a set; its first member may be one itself.
  private func setEnd(_ at: Int) -> Int? {
    var first = at + 1
    if first < pattern.count, pattern[first] == UInt8(ascii: "!") || pattern[first] == UInt8(ascii: "^") { first += 1 }
    guard first + 1 < pattern.count else { return nil }
    return pattern[(first + 1)...].firstIndex(of: UInt8(ascii: "]"))
  }

  private func set(_ start: Int, _ end: Int, holds byte: UInt8) -> Bool {
    var at = start
    let isNegated = pattern[at] == UInt8(ascii: "!") || pattern[at] == UInt8(ascii: "^")
    if isNegated { at += 1 }
    var found = false
    while at < end {
      if at + 2 < end, pattern[at + 1] == UInt8(ascii: "-") {
        found = found || pattern[at] <= byte && byte <= pattern[at + 2]
        at += 3
      } else {
        found = found || pattern[at] == byte
        at += 1
      }
    }
    return found != isNegated
  }
}
