internal import CHeirloom
internal import HeirloomABI
internal import HeirloomKernel
internal import Synchronization

extension ModuleLoader {
  /// Puts a new image in the place of a loaded module: from the file that it came from, or from another.
  ///
  /// The new image is mapped and initialised while the old one serves. Then each slot goes over from the old to the new by one
  /// store, so that every call is served by the one or the other. A call that is inside the old image ends there: the old one's
  /// exit hook runs, and its code is unmapped, when the last of them has ended.
  ///
  /// - Parameters:
  ///   - path: nil: the old one's.
  ///   - parameters: `key=value` words; nil: the old one's.
  ///   - deadline: nanoseconds to wait for calls inside the old image before it is left to go by itself.
  /// - Returns: the new module.
  /// - Throws: ENOENT where no such module is loaded, EBUSY where others use it, EINVAL where the file holds a module of
  ///   another name, and what `load` throws. The old one then goes on as if nothing had been asked.
  @discardableResult
  public func reload(
    named name: String, path: String? = nil, parameters: [String]? = nil, deadline: UInt64 = 100_000_000
  ) throws(ModuleError) -> Module {
    try lock.withLock { () throws(ModuleError) in
      guard let old = module(named: name) else { throw Self.notLoaded(name) }
      try checkUsers(of: old)
      let info = try ModuleInfo(path: path ?? old.info.path)
      guard info.name == name else {
        throw ModuleError(.EINVAL, "\(info.path): its name is '\(info.name)', so it cannot take the place of '\(name)'")
      }
      let values = try ModuleParameters(parameters ?? old.parameters.words, for: info)
      let new = try open(info, values, inPlaceOf: old)
      new.forgetPredecessor()
      lists.withLock { lists in
        for index in lists.modules.indices where lists.modules[index] === old { lists.modules[index] = new }
      }
      old.retireFromService()
      if old.sweep(deadline: deadline).isEmpty {
        finish(old, deadline: nil)
      } else {
        lists.withLock { $0.leaving.append(old) }
      }
      kernel.log.write(.debug, "module \(name) is reloaded")
      return new
    }
  }
}
