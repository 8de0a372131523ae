public import HeirloomABI
public import HeirloomKernel

/// The system calls as the Swift SDK has them. A call's number, name and types stand in the default table's row alone.
public enum SwiftPrototypes {
  /// `Sources/HeirloomModule/SystemCalls.swift`.
  public static var source: String {
    let head = """
      // The kernel's system calls with their types. Written by `make sdk-sources` from the rows in
      // Sources/HeirloomKernel/Calls/Rows.swift; do not edit. Their code goes into the module that uses them.

      /// Handlers of the kernel's calls, for `SyscallTable.register`.
      extension Override {

      """
    let makers = DefaultTable.rows.map { row in
      let types = parameters(of: row).map { "_ \($0.name): \($0.type)" }.joined(separator: ", ")
      return "  @_alwaysEmitIntoClient public static func \(row.name)(_ handler: @escaping (\(types)) throws(Errno) -> Int) -> Override {\n"
        + "    Override(\(row.number), handler)\n  }\n"
    }
    let middle = """
      }

      /// What the kernel itself does. The result; where it fails, the errno is thrown.
      extension Kernel {

      """
    let functions = DefaultTable.rows.map { row in
      let parameters = parameters(of: row)
      let types = parameters.map { "_ \($0.name): \($0.type)" }.joined(separator: ", ")
      let words = parameters.map { ", \($0.name).word" }.joined()
      return "  @_alwaysEmitIntoClient public static func \(row.name)(\(types)) throws(Errno) -> Int {\n    try call(\(row.number)\(words))\n  }\n"
    }
    return head + makers.joined() + middle + functions.joined() + "}\n"
  }

  /// A call's parameters as a handler in Swift declares them.
  static func parameters(of row: SystemCall) -> [(name: String, type: String)] {
    zip(row.parameterNames, row.signature.arguments).map { (camelCase($0), $1.swiftType) }
  }

  private static func camelCase(_ name: String) -> String {
    // The only one that is a keyword of Swift's.
    if name == "protocol" { return "`protocol`" }
    let words = name.split(separator: "_")
    return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
  }
}

extension ArgumentKind {
  public var swiftType: String {
    switch self {
    case .int, .descriptor: "Int32"
    case .unsigned, .flags: "UInt32"
    case .int64: "Int64"
    case .path, .string: "UserString"
    case .input: "UserBuffer"
    case .output, .address: "UserMemory"
    }
  }
}
