extension Table1 {
  /// A row of the paper's Table 1 (section 5).
  struct Row: Sendable {
    let name: String
    /// The words of Examples/latency.c that measure the same.
    let operation: [String]
    /// The paper's figures in microseconds: the vanilla kernel's, and with inheritance.
    let paper: (vanilla: Double, inherit: Double)
    /// What the row may cost over native i386.
    var limit = 1.0

    var paperRatio: Double { paper.inherit / paper.vanilla }
  }

  static let rows = [
    Row(name: "Syscall", operation: ["null"], paper: (0.2315, 0.2472)),
    Row(name: "Read", operation: ["read"], paper: (0.3511, 0.4043)),
    Row(name: "Write", operation: ["write"], paper: (0.3010, 0.3434)),
    Row(name: "Stat", operation: ["stat"], paper: (23.2901, 25.0170), limit: 1.1),
    Row(name: "Fstat", operation: ["fstat"], paper: (0.6173, 0.6647)),
    Row(name: "Open/close", operation: ["open"], paper: (33.1503, 27.6306), limit: 1.1),
    Row(name: "Select on 10 fds", operation: ["select", "10"], paper: (1.2588, 1.3880)),
    Row(name: "Select on 100 fds", operation: ["select", "100"], paper: (2.6006, 2.8415)),
    Row(name: "Select on 250 fds", operation: ["select", "250"], paper: (4.9112, 5.6030)),
    Row(name: "Select on 500 fds", operation: ["select", "500"], paper: (11.4812, 10.9898)),
    Row(name: "Select on 10 tcp fds", operation: ["select-tcp", "10"], paper: (1.2585, 1.3094)),
    Row(name: "Select on 100 tcp fds", operation: ["select-tcp", "100"], paper: (5.7925, 5.3705)),
    Row(name: "Select on 250 tcp fds", operation: ["select-tcp", "250"], paper: (11.1194, 12.9255)),
    Row(name: "Select on 500 tcp fds", operation: ["select-tcp", "500"], paper: (24.3534, 25.9720)),
    Row(name: "Install signal handler", operation: ["signal"], paper: (0.8358, 1.0086)),
  ]

  /// On what a row runs.
  enum Place: CaseIterable, Sendable {
    case withoutTables, selected, overridden, i386, x86_64, qemu

    var name: String {
      switch self {
      case .withoutTables: "built without tables"
      case .selected: "table selected"
      case .overridden: "overridden"
      case .i386: "native i386"
      case .x86_64: "native x86-64"
      case .qemu: "qemu-i386"
      }
    }
  }

  func command(_ row: Row, on place: Place) -> Command {
    let i386 = ["\(setting.build)/examples/latency"] + row.operation
    switch place {
    case .withoutTables: return setting.guest(i386, by: setting.heirloomWithoutTables)
    case .selected: return setting.guest(i386, setting.module("plugins/getpid2"))
    case .overridden: return setting.guest(i386, setting.module("bench/passthrough"))
    case .i386: return Command(words: i386)
    case .x86_64: return Command(words: ["\(setting.build)/bench/latency64"] + row.operation)
    case .qemu: return Command(words: ["qemu-i386"] + i386)
    }
  }
}
