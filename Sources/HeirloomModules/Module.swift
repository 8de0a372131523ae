internal import CMachine
internal import Glibc
internal import HeirloomABI
public import HeirloomKernel

/// A loaded module: the owner of the entries that its code has registered.
public final class Module: EntryOwner, @unchecked Sendable {
  public let info: ModuleInfo
  public var name: String { info.name }
  unowned let kernel: Kernel
  /// dlopen's handle.
  let handle: UnsafeMutableRawPointer
  /// Which of the names that a copy can be opened by is this image's.
  let spelling: Int
  /// Strings that charp parameters point to; freed with the module.
  private var strings: [UnsafeMutablePointer<CChar>] = []

  init(info: ModuleInfo, handle: UnsafeMutableRawPointer, spelling: Int, kernel: Kernel) {
    self.spelling = spelling
    self.info = info
    self.handle = handle
    self.kernel = kernel
  }

  deinit { for string in strings { free(string) } }

  // MARK: Parameters

  /// Sets parameters from `key=value` words.
  func set(_ parameters: [String]) throws(ModuleError) {
    for word in parameters {
      let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw ModuleError("\(info.path): '\(word)' is not of the form parameter=value") }
      guard let parameter = info.parameters.first(where: { $0.name == pair[0] }) else {
        let known = info.parameters.map(\.name).joined(separator: ", ")
        throw ModuleError(
          "\(info.path): it has no parameter '\(pair[0])'; " + (known.isEmpty ? "it has none" : "it has: \(known)"))
      }
      guard let symbol = dlsym(handle, "heirloom_param_" + parameter.name) else {
        throw ModuleError("\(info.path): its parameter '\(parameter.name)' cannot be found in it; rebuild it")
      }
      let place = symbol.load(as: UnsafeMutableRawPointer.self)
      guard store(pair[1], as: parameter.type, at: place) else {
        throw ModuleError("\(info.path): '\(pair[1])' is no value for parameter '\(parameter.name)' of type \(parameter.type)")
      }
    }
  }

  private func store(_ text: String, as type: String, at place: UnsafeMutableRawPointer) -> Bool {
    func number<T: FixedWidthInteger>(_: T.Type) -> Bool {
      let isHexadecimal = text.hasPrefix("0x")
      guard let value = T(isHexadecimal ? String(text.dropFirst(2)) : text, radix: isHexadecimal ? 16 : 10) else {
        return false
      }
      place.storeBytes(of: value, as: T.self)
      return true
    }
    switch type {
    case "int": return number(Int32.self)
    case "uint": return number(UInt32.self)
    case "long": return number(Int.self)
    case "ulong": return number(UInt.self)
    case "bool":
      guard let value = ["1": true, "y": true, "Y": true, "true": true, "0": false, "n": false, "N": false, "false": false][text]
      else { return false }
      place.storeBytes(of: value ? 1 : 0, as: UInt8.self)
      return true
    case "charp":
      guard let copy = strdup(text) else { return false }
      strings.append(copy)
      place.storeBytes(of: copy, as: UnsafeMutablePointer<CChar>.self)
      return true
    default: return false
    }
  }

  // MARK: Hooks

  /// Runs a hook.
  ///
  /// - Returns: the hook's result, or nil where a fault has ended it; `report` then says which.
  func run(hook: UnsafeMutableRawPointer, report: inout String) -> Int32? {
    var stay = heirloom_guard()
    stay.owner = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    let result = heirloom_guarded_call(&stay, hook, nil, nil, nil, nil)
    if stay.signal != 0 {
      report = Containment.describe(stay)
      return nil
    }
    return Int32(truncatingIfNeeded: result)
  }

  /// The module whose hook or handler the calling thread is in.
  static var calling: Module? {
    guard let owner = heirloom_innermost_guard()?.pointee.owner else { return nil }
    return Unmanaged<Module>.fromOpaque(owner).takeUnretainedValue()
  }

  // MARK: Entries

  /// The paper's `register_syscall`, called by this module.
  func register(_ table: String, _ number: Int, function: Int) throws(Errno) {
    if function == 0 {
      let withdrawn = try kernel.tables.withdraw(table, number, owner: self)
      // Its own handler may be what takes the entry out; it is freed when the module goes.
      retired.append(withdrawn)
      return
    }
    guard let handler = UnsafeRawPointer(bitPattern: function) else { throw .EINVAL }
    let signature = DefaultTable.declaration(of: number)?.signature ?? .untyped
    let entry = ForeignCall.make(handler, signature, module: self)
    let claim = TableRegistry.Claim(number: number, entry: entry, release: ForeignCall.destroy)
    do throws(Errno) { try kernel.tables.register(table, [claim], owner: self) } catch {
      ForeignCall.destroy(entry)
      throw error
    }
  }

  private var retired: [TableRegistry.Withdrawn] = []

  /// Withdraws all entries and waits until no task is inside one.
  ///
  /// - Returns: ids of tasks that are still inside at the deadline; the entries' memory is then kept.
  func withdrawEntries(deadline: UInt64) -> [Int32] {
    retired += kernel.tables.withdrawAll(of: self)
    let inside = Quiescence.wait(for: retired.map(\.entry), in: kernel, deadline: deadline)
    guard inside.isEmpty else { return inside }
    for entry in retired { entry.release() }
    retired = []
    return []
  }

  /// A handler has faulted: the calling process dies, and the module serves nobody any more.
  func oops(_ what: String) {
    let task = Task.current
    kernel.log.write(
      .alert, "Oops: module \(name): \(what), called by pid \(task?.process.id ?? 0) (\(task?.name ?? "kernel"))")
    retired += kernel.tables.withdrawAll(of: self)
    kernel.log.write(.alert, "module \(name) is quarantined: its entries are withdrawn")
    task?.dieOfOops()
  }
}
