import ArgumentParser

/// A module to load, with its parameters as they were given: `FILE.so key=value…`.
struct ModuleRequest: ExpressibleByArgument, Equatable {
  /// Between the words of one request on its way through the argument parser. No word of a command line can hold it.
  static let separator: Character = "\0"

  let path: String
  let parameters: [String]

  init?(argument: String) {
    let words = argument.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
    guard !words[0].isEmpty else { return nil }
    path = words[0]
    parameters = Array(words.dropFirst())
  }
}

/// The words of `heirloom run`, `boot` and `exec`, put into the form that the argument parser can tell apart.
enum RunWords {
  /// Their options that take the word after them.
  private static let valued: Set<String> = ["--module", "--table", "--tables", "--root", "--name", "--user", "--watchdog", "--seed", "--code-cache", "--plugins", "--kernel"]

  /// - A module's `key=value` words are joined to its file, so that each request is one value.
  /// - `--` is put before PROGRAM where the user left it out: what follows is the program's.
  static func prepared(_ words: [String]) -> [String] {
    guard let command = words.first, ["run", "boot", "exec"].contains(command) else { return words }
    var result = [command]
    var rest = words.dropFirst()
    while let word = rest.popFirst() {
      if word == "--" { return result + [word] + rest }
      guard word.hasPrefix("-"), word != "-" else { return result + ["--", word] + rest }
      result.append(word)
      if valued.contains(word), let value = rest.popFirst() { result.append(value) }
      guard word == "--module" || word.hasPrefix("--module=") else { continue }
      while let parameter = rest.first, isParameter(parameter) {
        result[result.count - 1] += String(ModuleRequest.separator) + parameter
        rest.removeFirst()
      }
    }
    return result
  }

  /// Whether a word is `key=value`, where key is a C name, or two with a dot between.
  private static func isParameter(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), let first = word.utf8.first else { return false }
    func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a || byte == 0x5f }
    return isLetter(first) && word[..<equals].utf8.allSatisfy { isLetter($0) || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2e }
  }
}
