internal import Glibc
internal import HeirloomABI

/// Opens what execve names: the program itself, or the interpreter that its first line names, and its ELF interpreter.
struct ProgramFinder {
  /// How a path is opened, relative to the process's own root and working directory.
  let open: (_ path: [UInt8]) throws(Errno) -> Int32

  struct Found {
    let program: Program
    /// With the `#!` line's words in front, where there is one.
    let arguments: [[UInt8]]
  }

  /// Lines that may stand between a script and a binary (execve(2), "Interpreter scripts").
  private static let scriptDepth = 5

  /// - Throws: EACCES for what is no regular file or may not be executed; ENOEXEC; ELOOP; what opening answers.
  func find(_ path: [UInt8], arguments: [[UInt8]]) throws(Errno) -> Found {
    var path = path
    var arguments = arguments
    for _ in 0...Self.scriptDepth {
      let (descriptor, status) = try openExecutable(path)
      do throws(Errno) {
        let header = try HostFile.read(descriptor, count: 256, at: 0)
        guard header.starts(with: [0x23, 0x21]) else {
          let image = try ELFImage(descriptor: descriptor, header: header)
          let interpreter = try image.interpreter.map { (name) throws(Errno) in try openInterpreter(name) }
          return try Found(
            program: Program(image: image, descriptor: descriptor, interpreter: interpreter,
              setID: SetID(status, descriptor),
              table: Brand.table(image, descriptor), path: path),
            arguments: arguments)
        }
        let words = try Self.scriptLine(header)
        // argv[0] gives way to the interpreter, its argument and the script's own path.
        arguments = words + [path] + arguments.dropFirst()
        path = words[0]
      } catch {
        Self.close(descriptor)
        throw error
      }
      Self.close(descriptor)
    }
    throw .ELOOP
  }

  /// The interpreter and, as one word, all that follows it.
  private static func scriptLine(_ header: [UInt8]) throws(Errno) -> [[UInt8]] {
    let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    let end = header.firstIndex(of: 0x0a) ?? header.firstIndex(of: 0) ?? header.endIndex
    var line = header[2..<end].drop(while: blank)
    while let last = line.last, blank(last) { line.removeLast() }
    let name = line.prefix { !blank($0) }
    guard !name.isEmpty else { throw .ENOEXEC }
    let argument = line.dropFirst(name.count).drop(while: blank)
    return argument.isEmpty ? [[UInt8](name)] : [[UInt8](name), [UInt8](argument)]
  }

  private func openInterpreter(_ name: String) throws(Errno) -> (image: ELFImage, descriptor: Int32) {
    let descriptor = try openExecutable(Array(name.utf8)).descriptor
    do throws(Errno) {
      let header = try HostFile.read(descriptor, count: 256, at: 0)
      return (try ELFImage(descriptor: descriptor, header: header), descriptor)
    } catch {
      Self.close(descriptor)
      throw error == .ENOEXEC ? .ELIBBAD : error
    }
  }

  private func openExecutable(_ path: [UInt8]) throws(Errno) -> (descriptor: Int32, status: stat) {
    let descriptor = try open(path)
    let status: stat
    do throws(Errno) {
      status = try Host.reading(into: stat()) { (status) throws(Errno) in
        try Host.call(.fstat, Int(descriptor), status)
      }
      guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o111 != 0 else { throw Errno.EACCES }
    } catch {
      Self.close(descriptor)
      throw error
    }
    return (descriptor, status)
  }

  static func close(_ descriptor: Int32) { _ = try? Host.call(.close, Int(descriptor)) }
}

extension Program {
  /// Closes the descriptors that the program was read through; its memory keeps its own.
  func close() {
    ProgramFinder.close(descriptor)
    if let interpreter { ProgramFinder.close(interpreter.descriptor) }
  }
}
