// Uses what a module in Swift and one in C export.
import HeirloomModule

@main struct Taker: Module {
  static func load() throws(Errno) {
    printk("taker: \(count_up(5))")
    try SyscallTable("lending").register(Override(500, new: "relayed") { (by: Int32) in Int(relay(by)) })
  }
}
