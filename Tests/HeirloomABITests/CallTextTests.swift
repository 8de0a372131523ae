import Testing

@testable import HeirloomABI

/// Lines of a trace: each row is a call, what it answers, and how that reads.
@Suite struct CallTextTests {
  /// Guest memory of one page.
  private static let page: UInt32 = 0x1000
  private static func memory(_ text: String) -> CallText.Memory {
    let bytes = Array(text.utf8) + [0]
    return { address, limit in
      guard address >= page, address < page + UInt32(bytes.count) else { return nil }
      return Array(bytes[Int(address - page)...].prefix(limit))
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String?
    let arguments: [ArgumentKind]
    let words: [UInt32]
    var text = ""
    let result: Int?
    var isAddress = false
    let line: String
    var testDescription: String { line }
  }

  static let at = UInt32(bitPattern: -100)
  static let rows = [
    Row(name: "getpid", arguments: [], words: [], result: 42, line: "getpid() = 42"),
    Row(
      name: "openat", arguments: [.descriptor, .path, .flags, .unsigned], words: [at, page, 0o2000000, 0], text: "/etc/passwd",
      result: 3, line: #"openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC, 0) = 3"#),
    Row(
      name: "open", arguments: [.path, .flags, .unsigned], words: [page, 0o1101, 0o644], text: "a\"b\n", result: -13,
      line: #"open("a\"b\n", O_WRONLY|O_CREAT|O_TRUNC, 0644) = -1 EACCES"#),
    Row(
      name: "open", arguments: [.path, .flags, .unsigned], words: [8, 0x8000_0000, 0], result: -14,
      line: "open(0x8, O_RDONLY|0x80000000, 0) = -1 EFAULT"),
    Row(
      name: "read", arguments: [.descriptor, .output, .unsigned], words: [0, page, 100], text: "hello", result: 5,
      line: #"read(0, "hello", 100) = 5"#),
    Row(
      name: "read", arguments: [.descriptor, .output, .unsigned], words: [0, page, 100], text: "old", result: 0,
      line: #"read(0, "", 100) = 0"#),
    Row(
      name: "read", arguments: [.descriptor, .output, .unsigned], words: [9, page, 100], result: -9,
      line: "read(9, 0x1000, 100) = -1 EBADF"),
    Row(
      name: "write", arguments: [.descriptor, .input, .unsigned], words: [1, page, 3], text: "\u{1}7\u{1}", result: 3,
      line: #"write(1, "\0017\1", 3) = 3"#),
    Row(
      name: "write", arguments: [.descriptor, .input, .unsigned], words: [1, page, 500],
      text: String(repeating: "x", count: 500), result: 500,
      line: "write(1, \"\(String(repeating: "x", count: 64))\"..., 500) = 500"),
    Row(
      name: "mmap2", arguments: [.address, .unsigned, .flags, .flags, .descriptor, .unsigned],
      words: [0, 4096, 3, 0x22, UInt32(bitPattern: -1), 0], result: 0xf7ff_0000, isAddress: true,
      line: "mmap2(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0xf7ff0000"),
    Row(
      name: "pread64", arguments: [.descriptor, .output, .unsigned, .int64], words: [3, page, 2, 0, 1], text: "ab", result: 2,
      line: #"pread64(3, "ab", 2, 4294967296) = 2"#),
    Row(name: "kill", arguments: [.int, .int], words: [UInt32(bitPattern: -7), 15], result: 0, line: "kill(-7, SIGTERM) = 0"),
    Row(name: "pause", arguments: [], words: [], result: -514, line: "pause() = ? ERESTARTNOHAND"),
    Row(name: "exit_group", arguments: [.int], words: [7], result: nil, line: "exit_group(7) = ?"),
    Row(
      name: "clone", arguments: [.flags], words: [0x120_0011], result: 5,
      line: "clone(SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID) = 5"),
    Row(
      name: "futex", arguments: [.address, .int, .unsigned], words: [page, 0x80, 2], result: -11,
      line: "futex(0x1000, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 2) = -1 EAGAIN"),
    Row(name: "access", arguments: [.path, .unsigned], words: [0, 0], result: -14, line: "access(NULL, F_OK) = -1 EFAULT"),
    Row(name: nil, arguments: [.unsigned], words: [7], result: 14, line: "syscall_900(7) = 14"),
  ]

  @Test(arguments: rows)
  func line(_ row: Row) {
    let words = row.words + Array(repeating: 0, count: 6 - row.words.count)
    let memory = Self.memory(row.text)
    let text = CallText(
      number: 900, name: row.name, signature: Signature(row.arguments, isAddress: row.isAddress), words: words, memory: memory)
    #expect(text.finished(row.result, memory: memory) == row.line)
  }
}
