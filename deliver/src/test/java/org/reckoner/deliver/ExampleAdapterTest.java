package org.reckoner.deliver;

import java.util.Map;
import java.util.Optional;
import org.reckoner.deliver.kit.AdapterContract;

/// The example that strangers begin with passes what all adapters must pass.
class ExampleAdapterTest extends AdapterContract {

    @Override
    protected BillingSystem open() throws Exception {
        AdaptersTest.jar(folder);
        return openAgain();
    }

    @Override
    protected BillingSystem openAgain() {
        return Adapters.open(
                AdaptersTest.CLASS,
                Optional.of(folder.resolve("text-files.jar")),
                AdapterSettings.of(
                        "text", Map.of("folder", folder.resolve("out").toString())));
    }
}
