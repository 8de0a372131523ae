internal import HeirloomABI
public import HeirloomKernel

/// A new module: the files of a folder that builds with `make`, shows itself with `make check`, and is there to be changed.
public struct ModuleTemplate {
  public enum Language: String, Sendable, CaseIterable { case c, swift }

  /// The folder's, the module's and its table's.
  let name: String
  let language: Language
  /// The call that it overrides.
  let row: SystemCall
  /// The heirloom command's path.
  let command: String
  let example: CallExample

  /// - Parameters:
  ///   - name: as `problem(withName:)` allows it.
  ///   - command: the path of the heirloom command whose SDK the module is built with.
  public init(name: String, language: Language, row: SystemCall, command: String) {
    self.name = name
    self.language = language
    self.row = row
    self.command = command
    example = CallExample(row)
  }

  /// What is wrong with a name, or nil.
  public static func problem(withName name: String) -> String? {
    func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) }
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    // A table's name has the same letters and 63 of them at most.
    guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 48,
      name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == 0x5f || $0 == 0x2d })
    else { return "a name is up to 48 letters, digits, - and _, a letter first" }
    let reserved = ["guest", "build", "expected", "Makefile", "HeirloomModule"]
    return reserved.contains(name) ? "the name is taken by the SDK" : nil
  }

  /// The files, by name.
  public var files: [(name: String, text: String)] {
    let source = language == .c ? (name + ".c", cSource) : (name + ".swift", swiftSource)
    return [("Makefile", makefile), source, ("guest.c", guest), ("expected", expected), (".gitignore", "build/\n")]
  }

  /// In place of what C and Swift do not allow in a name.
  var identifier: String { String(name.map { $0 == "-" ? "_" : $0 }) }

  private var makefile: String {
    let description = language == .swift ? "DESCRIPTION := \(row.name), logged\n" : ""
    return """
      # `make` builds build/\(name).so and the guest that shows it; `make check` runs it. HEIRLOOM says which heirloom.
      HEIRLOOM ?= \(command)
      NAME := \(name)
      \(description)SDK_MAKEFILE := $(shell $(HEIRLOOM) sdk)/module.mk
      ifeq ($(SDK_MAKEFILE),/module.mk)
      $(error $(HEIRLOOM) does not say where its SDK is; give the heirloom command: make HEIRLOOM=/path/to/heirloom)
      endif
      include $(SDK_MAKEFILE)

      """
  }

  private var guest: String {
    let number = "__NR_\(row.name)"
    let call = (["\(number)"] + example.arguments.map(\.c)).joined(separator: ", ")
    let headers = ["heirloom/guest.h", "heirloom/unistd.h"] + (example.headers + ["stdio.h", "unistd.h"]).sorted()
    let usesHandler = example.preparation.contains { $0.contains("handler") }
    let body =
      example.preparation + [
        "set_syscall_table(\"\(name)\", SYSCALL_TABLE_USE);", example.statement ?? "syscall(\(call));",
        "set_syscall_table(\"\(name)\", SYSCALL_TABLE_STOP);", "printf(\"\(row.name) returned\\n\");",
      ]
    return """
      /* Shows \(name): calls \(row.name) under its table. An i386 program, which `make check` runs. */
      #define _GNU_SOURCE
      \(headers.map { "#include <\($0)>\n" }.joined())
      \(usesHandler ? "static void handler(int signal) { (void)signal; }\n\n" : "")int main(void) {
      \(body.map { "  " + $0 + "\n" }.joined())}

      """
  }

  private var expected: String {
    let stop = row.name == "set_syscall_table" ? "set_syscall_table(\"\(name)\", 0)\n" : ""
    let arguments = example.arguments.map(\.log).joined(separator: ", ")
    return "\(row.name)(\(arguments))\n" + example.output + stop + (example.returns ? "\(row.name) returned\n" : "")
  }
}
