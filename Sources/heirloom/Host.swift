import CMachine
import Glibc
import HeirloomKernel

/// What the command needs of the host: the one file here that calls it, beside Top/Terminal.swift.
enum Host {
  static let standardError: Int32 = STDERR_FILENO
  static let interrupt = SIGINT

  /// The command's own words, `LosslessText`, without its name.
  static var words: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { CommandLine.unsafeArgv[$0].map { LosslessText.string($0) } }
  }

  /// The environment as `KEY=value` strings.
  static var environment: [[UInt8]] {
    var result: [[UInt8]] = []
    var next = environ
    while let entry = next.pointee {
      result.append(LosslessText.bytes(entry))
      next += 1
    }
    return result
  }

  /// A variable's value, `LosslessText`.
  static func environment(_ name: String) -> String? {
    getenv(name).map { LosslessText.string($0) }
  }

  /// Ends the command.
  static func sleep(seconds: Int) { Glibc.sleep(UInt32(clamping: seconds)) }

  static func pause(seconds: Double) { usleep(UInt32(seconds * 1e6)) }

  /// Ends the process whatever its threads are at.
  static func exitAtOnce(_ code: Int32) -> Never { _exit(code) }

  static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  static func printError(_ text: String) { print(text, to: STDERR_FILENO) }

  static func print(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    var text = text
    text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let written = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if written < 0 && errno != EINTR { return }
        done += max(0, written)
      }
    }
  }

  /// Columns of the terminal that standard output is; nil where it is none.
  static var terminalWidth: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return nil }
    return Int(size.ws_col)
  }

  /// A file's path from the root; nil where there is no such file.
  static func absolutePath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Makes a directory, and those above it. - Returns: whether it is there.
  static func ensureDirectory(_ path: String) -> Bool {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o777) != 0 && errno != EEXIST { return false }
    }
    return entry(at: path, in: nil) == .directory
  }

  /// Module files whose paths begin so, and directories, for completion.
  static func moduleFiles(beginningWith prefix: String) -> [String] {
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      let path = folder + name
      if self.entry(at: path, in: nil) == .directory { found.append(path) } else if name.hasSuffix(".so") { found.append(path) }
    }
    return found.filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// A small text file's contents, or nil where there is none.
  static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The path of this very command.
  static func executable() throws -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { throw Failure.reported("/proc/self/exe: \(String(cString: strerror(errno)))", Failure.own) }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// A new directory. What is there already is left alone, and an error.
  static func makeDirectory(_ path: String) throws {
    guard mkdir(path, 0o777) == 0 else { throw Failure.reported("\(path): \(String(cString: strerror(errno)))", Failure.own) }
  }

  /// A new file.
  static func create(_ text: String, at path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    var isWhole = descriptor >= 0
    if isWhole {
      var text = text
      isWhole = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) == $0.count }
      isWhole = close(descriptor) == 0 && isWhole
    }
    guard isWhole else { throw Failure.reported("\(path): \(String(cString: strerror(errno)))", Failure.own) }
  }

  /// What stands at a path.
  enum Entry { case absent, directory, program, notExecutable }

  /// - Parameters:
  ///   - path: `LosslessText`.
  ///   - root: what the path cannot leave, symbolic links included; nil: the host's tree.
  static func entry(at path: String, in root: Int32?) -> Entry {
    // struct open_how of openat2(2).
    var how: (flags: UInt64, mode: UInt64, resolve: UInt64) = (UInt64(onlyPath | O_CLOEXEC), 0, root == nil ? 0 : inRoot)
    let size = MemoryLayout.size(ofValue: how)
    let descriptor = (LosslessText.bytes(path) + [0]).withUnsafeBytes { path in
      withUnsafeMutablePointer(to: &how) { how in
        heirloom_host_call(
          openat2, Int(root ?? AT_FDCWD), Int(bitPattern: path.baseAddress), Int(bitPattern: how), size, 0, 0)
      }
    }
    guard descriptor >= 0 else { return .absent }
    defer { close(Int32(descriptor)) }
    var status = stat()
    guard fstat(Int32(descriptor), &status) == 0 else { return .absent }
    if status.st_mode & S_IFMT == S_IFDIR { return .directory }
    return status.st_mode & 0o111 != 0 ? .program : .notExecutable
  }

  private static let openat2 = 437
  /// O_PATH
  private static let onlyPath: Int32 = 0o10_000_000
  /// RESOLVE_IN_ROOT
  private static let inRoot: UInt64 = 0x10

  /// A directory's descriptor, for `entry(at:in:)`. - Parameter path: `LosslessText`.
  static func openDirectory(_ path: String) -> Int32? {
    let descriptor = (LosslessText.bytes(path) + [0]).withUnsafeBytes {
      open($0.assumingMemoryBound(to: CChar.self).baseAddress!, onlyPath | O_DIRECTORY | O_CLOEXEC)
    }
    return descriptor >= 0 ? descriptor : nil
  }

  static func closeDescriptor(_ descriptor: Int32) { close(descriptor) }

  /// A time of the host's clock, for people: in its own zone.
  ///
  /// - Parameter seconds: since 1970.
  static func time(_ seconds: Double) -> String {
    var (time, parts) = (time_t(seconds), tm())
    localtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
    return String(cString: text)
  }
}
