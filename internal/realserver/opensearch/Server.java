import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.transport.TransportAddress;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * Runs one OpenSearch node in this process on 127.0.0.1, without security, until the process is ended.
 *
 * <p>Usage: {@code Server HOME [SETTING=VALUE…]}. Data and logs lie below HOME. As soon as the node answers, at any free
 * port unless http.port names one, its address stands in HOME/url.
 *
 * <p>The distribution loads its modules from folders; here they are on the class path and named below.
 */
public final class Server {
    private static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4ModulePlugin",
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
        "org.opensearch.painless.PainlessModulePlugin",
        "org.opensearch.index.mapper.MapperExtrasModulePlugin",
        "org.opensearch.join.ParentJoinModulePlugin",
        "org.opensearch.percolator.PercolatorModulePlugin",
        "org.opensearch.index.reindex.ReindexModulePlugin",
        "org.opensearch.search.aggregations.matrix.MatrixAggregationModulePlugin",
        "org.opensearch.geo.GeoModulePlugin",
        "org.opensearch.ingest.common.IngestCommonModulePlugin"
    );

    private Server() {}

    public static void main(String[] args) throws Exception {
        if (args.length < 1) {
            System.err.println("usage: Server HOME [SETTING=VALUE…]");
            System.exit(2);
        }
        Path home = Path.of(args[0]).toAbsolutePath();
        Settings settings = settings(home, List.of(args).subList(1, args.length));
        Environment environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node");

        ClassPathNode node = new ClassPathNode(environment, modules());
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, stopped)));
        node.start();
        announce(home.resolve("url"), node.address());
        stopped.await();
    }

    private static Settings settings(Path home, List<String> more) {
        Settings.Builder b = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", home.resolve("data").toString())
            .put("path.logs", home.resolve("logs").toString())
            .put("cluster.name", "zharvest-test")
            .put("node.name", "node")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", 0)
            // A disk that is nearly full must not turn the indices of a test read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (String s : more) {
            int eq = s.indexOf('=');
            if (eq < 1) {
                throw new IllegalArgumentException("not of the form SETTING=VALUE: " + s);
            }
            b.put(s.substring(0, eq), s.substring(eq + 1));
        }
        return b.build();
    }

    private static List<PluginInfo> modules() {
        return MODULES.stream()
            .map(c -> new PluginInfo(c, "module", "NA", Version.CURRENT, "21", c, null, List.of(), false))
            .toList();
    }

    /** Writes the address so that a reader sees the whole file or none. */
    private static void announce(Path file, TransportAddress address) throws IOException {
        String url = "http://" + address.getAddress() + ":" + address.getPort() + "\n";
        Path part = file.resolveSibling("url.part");
        Files.writeString(part, url);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        System.out.print("ready: " + url);
    }

    private static void close(Node node, CountDownLatch stopped) {
        try {
            node.close();
        } catch (IOException e) {
            System.err.println("closing: " + e);
        } finally {
            stopped.countDown();
        }
    }

    /** A node whose modules are classes on the class path. The constructor that takes them is open to subclasses only. */
    private static final class ClassPathNode extends Node {
        ClassPathNode(Environment environment, List<PluginInfo> modules) {
            super(environment, modules, true);
        }

        TransportAddress address() {
            return injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress();
        }
    }
}
