internal import HeirloomABI
internal import HeirloomKernel

extension ModuleTemplate {
  var swiftSource: String {
    let parameters = SwiftPrototypes.parameters(of: row)
    let types = parameters.map { "_ \($0.name): \($0.type)" }.joined(separator: ", ")
    let arguments = parameters.map(\.name).joined(separator: ", ")
    let hasAddress = row.signature.arguments.contains(where: \.isPointer)
    return """
      // \(name): what programs under the table "\(name)" get when they call \(row.name).
      import HeirloomModule

      @main struct \(typeName): Module {
        static func load() throws(Errno) {
          try SyscallTable("\(name)").register(.\(row.name)(\(functionName)))
        }

        /// \(hasAddress ? "Serves \(row.name). What an address leads to is the guest's, and may be bad: reading it throws EFAULT."
          : "Serves \(row.name).")
        static func \(functionName)(\(types)) throws(Errno) -> Int {
          printk("\(row.name)(\(logged))")
          return try Kernel.\(row.name)(\(arguments))  // what the kernel does by itself
        }
      }

      """
  }

  /// `my-quiet` becomes `MyQuiet`.
  private var typeName: String {
    identifier.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Module"
  }

  private var functionName: String { row.name }

  private var logged: String {
    zip(SwiftPrototypes.parameters(of: row), row.signature.arguments).map { parameter, kind in
      kind == .flags ? "0x\\(String(\(parameter.name), radix: 16))" : "\\(\(parameter.name))"
    }.joined(separator: ", ")
  }
}
