// Graphs.
#include <memory>
#include <mutex>
#include <string>

#include "stream.h"

using namespace edge::cuda_double;  // NOLINT(google-build-using-namespace): the exports are the file's
                                    // purpose

extern "C" {

abi::Result cuGraphInstantiateWithFlags(abi::GraphExec* executable, abi::Graph graph,
                                        unsigned long long flags) {
  const Entered entered =
      enter("cuGraphInstantiateWithFlags", Needs::context, text(graph) + ", " + std::to_string(flags));
  if (entered.fails()) return entered.result;
  auto object = std::make_shared<abi::CUgraphExec_st>();
  object->operations = State::instance().get(Kind::graph, graph)->operations;
  *executable = State::instance().add(Kind::graphExecutable, std::move(object));
  return abi::kSuccess;
}

abi::Result cuGraphLaunch(abi::GraphExec executable, abi::Stream stream) {
  const Entered entered = enter("cuGraphLaunch", Needs::context, text(executable) + ", " + text(stream));
  if (entered.fails()) return entered.result;
  return streamOf(stream)->put([object = State::instance().get(Kind::graphExecutable, executable)] {
    const std::scoped_lock lock(object->running);
    for (const Operation& operation : object->operations) operation();
  });
}

abi::Result cuGraphDestroy(abi::Graph graph) {
  const Entered entered = enter("cuGraphDestroy", Needs::driver, text(graph));
  if (!entered.refuses()) State::instance().take(Kind::graph, graph);
  return entered.result;
}

abi::Result cuGraphExecDestroy(abi::GraphExec executable) {
  const Entered entered = enter("cuGraphExecDestroy", Needs::context, text(executable));
  if (!entered.refuses()) State::instance().take(Kind::graphExecutable, executable);
  return entered.result;
}
}
