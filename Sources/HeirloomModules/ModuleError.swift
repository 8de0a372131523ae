public import HeirloomABI

/// Why a module could not be loaded, reloaded or unloaded: the sentence names the file or the module, the thing and the way out.
public struct ModuleError: Error, CustomStringConvertible, Sendable {
  public let description: String
  /// The same as init_module(2) and delete_module(2) say it: ENOEXEC no module, EEXIST loaded already, ENOENT not loaded or a
  /// symbol is missing, EBUSY in use, EINVAL a bad parameter; where a hook has refused, what it says.
  public let code: Errno

  init(_ code: Errno, _ description: String) {
    self.description = description
    self.code = code
  }
}
