public import HeirloomABI
public import HeirloomKernel

/// The system calls as C has them. A call's number, name and types stand in the default table's row alone.
public enum CPrototypes {
  /// `heirloom/syscalls.h`.
  public static var header: String {
    DefaultTable.rows.reduce(
      """
      /* The kernel's system calls with their types. Written by `make sdk-sources` from the rows in
       * Sources/HeirloomKernel/Calls/Rows.swift; do not edit.
       *
       * SYSCALL(name, (parameters), arguments...) declares
       *   sys_name_t  the type of a function that handles the call;
       *   sys_name()  what the kernel itself does for the calling task: the result or -errno. */

      """
    ) { text, row in
      let arguments = row.parameterNames.reduce("") { $0 + ", " + $1 }
      return text + "SYSCALL(\(row.name), (\(parameters(of: row)))\(arguments))\n"
    }
  }

  /// `long openat(int directory, const char __user *path, unsigned int flags, unsigned int mode)`.
  ///
  /// - Parameter name: the function's, where it is not the call's own.
  public static func prototype(of row: SystemCall, name: String? = nil) -> String {
    "long \(name ?? row.name)(\(parameters(of: row)))"
  }

  private static func parameters(of row: SystemCall) -> String {
    guard !row.signature.arguments.isEmpty else { return "void" }
    return zip(row.signature.arguments, row.parameterNames).map { kind, name in
      kind.cType + (kind.isPointer ? "" : " ") + name
    }.joined(separator: ", ")
  }
}

extension SystemCall {
  /// As many as the signature has arguments.
  public var parameterNames: [String] { parameters.description.split(separator: " ").map(String.init) }
}

extension ArgumentKind {
  public var cType: String {
    switch self {
    case .int, .descriptor: "int"
    case .unsigned, .flags: "unsigned int"
    case .int64: "long long"
    case .path, .string: "const char __user *"
    case .input: "const void __user *"
    case .output, .address: "void __user *"
    }
  }
}
