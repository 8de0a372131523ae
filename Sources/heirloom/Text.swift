/// `text` with spaces after it.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// `text` with spaces before it.
func aligned(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// `text` without control characters: names are the guests', and a terminal would obey them.
func printable(_ text: String) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.map { 0x20..<0x7f ~= $0.value || $0.value > 0x9f ? $0 : "?" }))
}
