internal import CMachine
internal import Glibc
internal import HeirloomABI

/// A module's file, mapped: a private copy, so that the file may be written over while the module runs.
///
/// The dynamic linker would run constructors and destructors while it holds its own lock, where no fault can be survived. So
/// it does not see them: the copy's dynamic section names them by a tag of ours, and the loader runs them as it runs hooks.
final class ModuleImage {
  let handle: UnsafeMutableRawPointer
  /// Which of the names that a copy can be opened by is this image's.
  let spelling: Int
  /// Where the file's address 0 stands.
  let base: UInt
  let constructors: [UnsafeRawPointer]
  let destructors: [UnsafeRawPointer]
  /// Bytes from its first to its last address.
  let size: UInt

  /// - Parameters:
  ///   - bytes: the file's, with what it needs of other modules bound.
  ///   - spelling: no other open image's.
  init(_ info: ModuleInfo, _ bytes: [UInt8], spelling: Int) throws(ModuleError) {
    var bytes = bytes
    let hooks = ELFHooks(hiding: &bytes)
    let descriptor = try Self.copy(bytes, info)
    defer { close(descriptor) }
    // By the thread's own table: the process's may be another. dlopen takes a path it knows for the image it knows, so each
    // loaded module's has a spelling of its own.
    let path = "/proc/thread-self/fd/" + String(repeating: "./", count: spelling) + "\(descriptor)"
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let message = dlerror().map { String(cString: $0) } ?? "dlopen failed"
      throw Self.explain(message, path, info)
    }
    self.handle = handle
    self.spelling = spelling
    let base = heirloom_image_base(handle)
    self.base = base
    (constructors, destructors, size) = (hooks.constructors(base), hooks.destructors(base), hooks.size)
    heirloom_note_image(base, size)
  }

  private static func copy(_ bytes: [UInt8], _ info: ModuleInfo) throws(ModuleError) -> Int32 {
    let noMemory = ModuleError(.ENOMEM, "\(info.path): no memory for a copy of it")
    let (memfdCreate, closeOnExec) = (319, 1)
    let descriptor = Int32(
      info.name.withCString { heirloom_host_call(memfdCreate, Int(bitPattern: $0), closeOnExec, 0, 0, 0, 0) })
    guard descriptor >= 0 else { throw noMemory }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        Glibc.close(descriptor)
        throw noMemory
      }
      written += count
    }
    return descriptor
  }

  private static func explain(_ message: String, _ copy: String, _ info: ModuleInfo) -> ModuleError {
    var text = message
    if text.hasPrefix(copy + ": ") { text.removeFirst(copy.utf8.count + 2) }
    let missing = "undefined symbol: "
    guard text.hasPrefix(missing) else { return ModuleError(.ENOEXEC, "\(info.path): \(text)") }
    return ModuleError(
      .ENOENT,
      "\(info.path): it needs '\(text.dropFirst(missing.utf8.count))', which neither the kernel nor its libraries have; "
        + "link what defines it, load the module that exports it, or see heirloom/module.h for what there is")
  }

  func symbol(_ name: String) -> UnsafeMutableRawPointer? { dlsym(handle, name) }

  /// Whether the kernel or one of its libraries has a function of that name for modules.
  static func isKnown(_ name: String) -> Bool { dlsym(UnsafeMutableRawPointer(bitPattern: 0), name) != nil }

  /// Unmaps it. None of its code may run any more.
  func unmap() {
    heirloom_forget_image(base)
    dlclose(handle)
  }

  func contains(_ address: UInt64) -> Bool { address &- UInt64(base) < UInt64(size) }
}

/// What a shared object asks the dynamic linker to run (System V gABI, "Initialization and Termination Functions").
struct ELFHooks {
  private var initialize, finish: UInt64?
  private var initializers: (address: UInt64, count: Int) = (0, 0)
  private var finishers: (address: UInt64, count: Int) = (0, 0)
  /// From the file's address 0 to the end of its last segment.
  private(set) var size: UInt = 0

  /// Takes them out of `bytes`, a shared object's, whose header has been looked at.
  init(hiding bytes: inout [UInt8]) {
    let (load, dynamic) = (1, 2)
    var table = 0..<0
    for index in 0..<Int(number(bytes, 56, 2)) {
      let header = Int(truncatingIfNeeded: number(bytes, 32, 8)) &+ index &* Int(number(bytes, 54, 2))
      switch Int(number(bytes, header, 4)) {
      case load: size = max(size, UInt(number(bytes, header + 16, 8)) &+ UInt(number(bytes, header + 40, 8)))
      case dynamic:
        let start = Int(truncatingIfNeeded: number(bytes, header + 8, 8))
        let length = Int(truncatingIfNeeded: number(bytes, header + 32, 8))
        if start >= 0, length >= 0, start <= bytes.count, length <= bytes.count - start { table = start..<start + length }
      default: break
      }
    }
    for entry in stride(from: table.lowerBound, to: table.upperBound - 15, by: 16) {
      let value = number(bytes, entry + 8, 8)
      switch number(bytes, entry, 8) {
      case 12: initialize = value
      case 13: finish = value
      case 25: initializers.address = value
      case 26: finishers.address = value
      case 27: initializers.count = Int(truncatingIfNeeded: value / 8)
      case 28: finishers.count = Int(truncatingIfNeeded: value / 8)
      default: continue
      }
      // Among the tags that are left to operating systems, and that glibc does not know.
      let own: UInt64 = 0x6abc_0000
      withUnsafeBytes(of: own) { bytes.replaceSubrange(entry..<entry + 8, with: $0) }
    }
  }

  /// In the order in which they are to be run. `base` is where the object is mapped and relocated.
  func constructors(_ base: UInt) -> [UnsafeRawPointer] { one(initialize, base) + list(initializers, base) }
  func destructors(_ base: UInt) -> [UnsafeRawPointer] { list(finishers, base).reversed() + one(finish, base) }

  private func one(_ address: UInt64?, _ base: UInt) -> [UnsafeRawPointer] {
    address.flatMap { UnsafeRawPointer(bitPattern: base &+ UInt($0)) }.map { [$0] } ?? []
  }

  private func list(_ place: (address: UInt64, count: Int), _ base: UInt) -> [UnsafeRawPointer] {
    guard let array = UnsafePointer<UInt>(bitPattern: base &+ UInt(place.address)), place.address != 0 else { return [] }
    // 0 and -1 are no functions there.
    return (0..<max(0, place.count)).map { array[$0] }.filter { $0 != 0 && $0 != UInt.max }.compactMap {
      UnsafeRawPointer(bitPattern: $0)
    }
  }
}

/// A little-endian number of a file; 0 where the file is too short.
private func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
  guard offset >= 0, offset <= bytes.count - size else { return 0 }
  return (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
}
