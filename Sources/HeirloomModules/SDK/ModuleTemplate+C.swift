internal import HeirloomABI
internal import HeirloomKernel

extension ModuleTemplate {
  var cSource: String {
    let handler = "logged_\(row.name)"
    return """
      /* \(name): what programs under the table "\(name)" get when they call \(row.name). */
      #include <heirloom/module.h>

      MODULE_LICENSE("MIT");
      MODULE_DESCRIPTION("\(row.name), logged");

      \(comment)\(Self.wrapped("static asmlinkage " + CPrototypes.prototype(of: row, name: handler))) {
      \(copies)  \(logLine)
        return sys_\(row.name)(\(row.parameterNames.joined(separator: ", "))); /* what the kernel does by itself */
      }

      static const struct syscall_override overrides[] = {
        OVERRIDE(\(row.name), \(handler)),
      };

      static int __init \(identifier)_init(void) {
        return register_syscalls("\(name)", overrides, sizeof overrides / sizeof *overrides);
      }

      module_init(\(identifier)_init);

      """
  }

  private var named: [(kind: ArgumentKind, name: String)] { Array(zip(row.signature.arguments, row.parameterNames)) }

  private var comment: String {
    guard row.signature.arguments.contains(where: \.isPointer) else { return "" }
    return "/* A pointer is the guest's memory, and may be bad: copy_from_user and strncpy_from_user say so. */\n"
  }

  /// Breaks a prototype between parameters.
  private static func wrapped(_ prototype: String) -> String {
    var lines = [""]
    for parameter in prototype.split(separator: ",") {
      let text = (lines == [""] ? "" : ",") + parameter
      if lines[lines.count - 1].utf8.count + text.utf8.count > 110 {
        lines[lines.count - 1] += ","
        lines.append("   " + text.dropFirst())
      } else {
        lines[lines.count - 1] += text
      }
    }
    return lines.joined(separator: "\n")
  }

  private var copies: String {
    named.filter(\.kind.isText).map { _, name in
      """
        char \(name)_text[256];
        long \(name)_length = strncpy_from_user(\(name)_text, \(name), sizeof \(name)_text);
        if (\(name)_length < 0) return \(name)_length;

      """
    }.joined()
  }

  private var logLine: String {
    let format = named.map(\.kind.format).joined(separator: ", ")
    let values = named.map { kind, name in
      if kind.isText { return ", (int)\(name)_length, \(name)_text" }
      return kind.isPointer ? ", \(name) ? \"...\" : \"NULL\"" : ", \(name)"
    }
    return "pr_info(\"\(row.name)(\(format))\\n\"\(values.joined()));"
  }
}

extension ArgumentKind {
  var isText: Bool { self == .path || self == .string }

  fileprivate var format: String {
    switch self {
    case .int, .descriptor: "%d"
    case .unsigned: "%u"
    case .flags: "0x%x"
    case .int64: "%lld"
    case .path, .string: "\\\"%.*s\\\""
    case .input, .output, .address: "%s"
    }
  }
}
