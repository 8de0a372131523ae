internal import HeirloomABI

extension StartError {
  /// What a user can do about a program that execve refused.
  init(whyNot error: Errno, _ path: String, header: [UInt8]) {
    switch error {
    case .ENOENT where header.isEmpty:
      self.init("\(path): no such file", exitCode: 127)
    case .ENOENT where header.starts(with: [0x23, 0x21]):
      self.init("\(path): the interpreter in its first line does not exist", exitCode: 126)
    case .ENOENT:
      self.init(
        "\(path): its interpreter (the dynamic linker, such as /lib/ld-linux.so.2) does not exist; "
          + "install the i386 C library, or give a tree that has it with --root", exitCode: 126)
    case .EACCES:
      self.init("\(path): not an executable file (permission denied)", exitCode: 126)
    case .ENOEXEC where header.starts(with: [0x23, 0x21]):
      self.init("\(path): the interpreter in its first line is not an i386 program", exitCode: 126)
    case .ENOEXEC:
      self.init("\(path): \(Self.kind(of: header))", exitCode: 126)
    case .EFAULT:
      self.init("\(path): damaged ELF file: it ends before its last segment", exitCode: 126)
    case .ELIBBAD:
      self.init("\(path): its interpreter is not an i386 program", exitCode: 126)
    default:
      self.init("\(path): cannot be started: \(error)", exitCode: 126)
    }
  }

  private static func kind(of header: [UInt8]) -> String {
    do throws(ELFImage.Problem) {
      try ELFImage.check(header)
      return "damaged ELF file"
    } catch {
      return switch error {
      case .notELF: "not an ELF file; Heirloom runs i386 ELF programs and scripts that name one"
      case .is64Bit: "64-bit: Heirloom runs i386 programs; compile it with gcc -m32"
      case .otherMachine: "built for another processor: Heirloom runs i386 programs"
      case .notExecutable: "an ELF file, but not a program"
      }
    }
  }
}
